// Builds models/reading/words.gz: Mandarin words with their frequency, word class and reading.
//
//   npm install && node build.mjs GSE_DICTIONARY OUT
//
// GSE_DICTIONARY is data/dict/zh/s_1.txt of the Go module github.com/go-ego/gse (word, count, class a line); the
// readings are those of the npm package pinyin-pro; phrases.txt, beside this file, corrects and extends both.
//
// A line of OUT (gzip, sorted by code point): WORD TAB COST TAB CLASS [TAB READING]. COST is -100 ln(count / total),
// READING is left out where it is the reading of the characters one by one, so single characters come with theirs.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { pinyin } from 'pinyin-pro'

const MIN_COUNT = 6 // rarer words are kept only where their reading cannot be had from their characters
const MAX_RUNES = 8
const HANZI = /^[\u3400-\u4dbf\u4e00-\u9fff]+$/

// What pinyin-pro writes for interjections without a vowel or with the vowel of 诶.
const RESPELL = { ng: 'en', n: 'en', m: 'en', hm: 'heng', hng: 'heng', 'ê': 'ei' }

function respell (syllable) {
  const name = syllable.replace(/[0-5]$/, '').normalize('NFC').replace('ü', 'v')
  const tone = /[1-4]$/.test(syllable) ? syllable.at(-1) : '5'
  return (RESPELL[name] ?? RESPELL[name.normalize('NFD')[0] === 'e' && name.length > 1 && !/^[a-z]+$/.test(name) ? 'ê' : ''] ?? name) + tone
}

function read (word) {
  return pinyin(word, { toneType: 'num', v: true, type: 'array', toneSandhi: false }).map(respell)
}

// Neutral tones that follow from how the word is made: doubled verbs (看看) and complements with 得 (跑得快).
function lighten (word, tag, syllables) {
  const chars = [...word]
  if (chars.length === 2 && chars[0] === chars[1] && tag === 'v') {
    return [syllables[0], syllables[1].slice(0, -1) + '5']
  }
  if (chars.length === 3 && chars[1] === '得' && !'不只难懒'.includes(chars[0])) {
    return [syllables[0], 'de5', syllables[2]]
  }
  return syllables
}

function readCounts (path) {
  const words = new Map()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [word, count, tag] = line.split(' ')
    if (word && HANZI.test(word) && [...word].length <= MAX_RUNES) {
      words.set(word, { count: Math.max(1, Number(count)), tag: (tag ?? 'x')[0] })
    }
  }
  return words
}

// phrases.txt: WORD COUNT CLASS READING..., count or class "-" to keep what is known; # starts a comment.
function readPhrases (path, words) {
  const readings = new Map()
  for (const [k, raw] of readFileSync(path, 'utf8').split('\n').entries()) {
    const line = raw.replace(/#.*/, '').trim()
    if (!line) continue
    const [word, count, tag, ...reading] = line.split(/\s+/)
    const erhua = reading.length === [...word].length - 1 && word.includes('儿')
    if (!HANZI.test(word) || (reading.length && reading.length !== [...word].length && !erhua)) {
      throw new Error(`${path}:${k + 1}: a reading has one syllable a character: ${line}`)
    }
    const known = words.get(word) ?? { count: 50, tag: 'x' }
    words.set(word, { count: count === '-' ? known.count : Number(count), tag: tag === '-' ? known.tag : tag })
    if (reading.length) readings.set(word, reading)
  }
  return readings
}

function readCharacters (phrases) {
  const single = new Map()
  for (let c = 0x3400; c <= 0x9fff; c++) {
    const ch = String.fromCodePoint(c)
    const [syllable] = phrases.get(ch) ?? read(ch)
    if (/^[a-zv]+[1-5]$/.test(syllable)) single.set(ch, syllable)
  }
  return single
}

// Characters that the dictionary does not count as words get a share of the words that they are part of.
function countCharacters (words) {
  const sums = new Map()
  for (const [word, { count }] of words) {
    for (const ch of word) sums.set(ch, (sums.get(ch) ?? 0) + count)
  }
  for (const [ch, sum] of sums) {
    if ((words.get(ch)?.count ?? 0) < sum / 50) words.set(ch, { count: Math.ceil(sum / 50), tag: words.get(ch)?.tag ?? 'x' })
  }
}

function main (source, out) {
  const words = readCounts(source)
  const phrases = readPhrases(join(dirname(fileURLToPath(import.meta.url)), 'phrases.txt'), words)
  countCharacters(words)
  const single = readCharacters(phrases)
  const rows = new Map()
  let total = 0
  for (const { count } of words.values()) total += count
  const cost = (count) => Math.round(-100 * Math.log(count / total))
  for (const [ch, syllable] of single) {
    const known = words.get(ch) ?? { count: 1, tag: 'x' }
    rows.set(ch, `${ch}\t${cost(known.count)}\t${known.tag}\t${syllable}`)
  }
  for (const [word, { count, tag }] of words) {
    if ([...word].length < 2) continue
    const reading = (phrases.get(word) ?? lighten(word, tag, read(word))).join(' ')
    const plain = [...word].map((ch) => single.get(ch) ?? '?').join(' ')
    if (!/^([a-z]*[aeiouv][a-z]*[1-5] ?)+$/.test(reading)) continue
    const odd = reading !== plain
    if (count < MIN_COUNT && !phrases.has(word) && (!odd || [...word].length > 4)) continue
    rows.set(word, `${word}\t${cost(count)}\t${tag}${odd ? '\t' + reading : ''}`)
  }
  const text = [...rows.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map((w) => rows.get(w)).join('\n') + '\n'
  const packed = gzipSync(text, { level: 9, mtime: 0 })
  writeFileSync(out, packed)
  console.log(`${rows.size} words, ${text.length} characters, ${packed.length} bytes packed`)
}

if (process.argv.length !== 4) {
  console.error('usage: node build.mjs GSE_DICTIONARY OUT')
  process.exit(2)
}
main(process.argv[2], process.argv[3])
