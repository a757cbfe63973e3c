// Reads kind TAB language TAB text; appends toned pinyin (phrase readings) for
// Mandarin lines.  Braced parts are pinyin already.  Needs pinyin-pro in the
// module path of the working directory.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
const { pinyin } = createRequire(process.cwd() + '/')('pinyin-pro');

const ERHUA = /[点哪这那会块事玩儿样头空门边]儿/;

// Readings of one run of hanzi and commas.
function read(run) {
  const out = [];
  for (const part of run.split(/[，。？！、；：,?! ]+/)) {
    if (!part) continue;
    const hanzi = part.replace(/[^\u4e00-\u9fff]/g, '');
    const syllables = pinyin(hanzi, { toneType: 'num', type: 'array', v: true });
    const spoken = syllables.map((s, i) => {
      if (hanzi[i] === '嗯') return 'en4';
      if (hanzi[i] === '儿' && i > 0 && ERHUA.test(hanzi.slice(i - 1, i + 1))) return 'er5';
      return s.replace(/0$/, '5');
    });
    out.push(spoken.join(' '));
  }
  return out.join(' , ');
}

for await (const line of createInterface({ input: process.stdin })) {
  const [kind, language, text] = line.split('\t');
  if (language !== 'zh') { console.log(line + '\t'); continue; }
  const parts = text.split(/(\{[^}]*\})/).filter((p) => p.replace(/[，,]/g, ''));
  const spoken = parts.map((p) => (p.startsWith('{') ? p.slice(1, -1).trim() : (/^[，,]/.test(p) ? ', ' : '') + read(p) + (/[，,]$/.test(p) ? ' ,' : '')));
  console.log(`${line}\t${spoken.filter((s) => s).join(' ')}`);
}
