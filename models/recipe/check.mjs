// Runs the exported file in ONNX Runtime: against the outputs of the rounded
// network in the training framework, chunked against whole, batch against single;
// prints the speed.
// usage: node check.mjs models/hearing parity.json
// (onnxruntime-node must be in the module path of the working directory)
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
const ort = createRequire(process.cwd() + '/')('onnxruntime-node');
const folder = process.argv[2];
const parity = JSON.parse(readFileSync(process.argv[3]));
const session = await ort.InferenceSession.create(`${folder}/acoustic.onnx`, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const memories = session.inputMetadata.filter((m) => m.name !== 'feats').map((m) => ({ name: m.name, rows: m.shape[1], width: m.shape[2] }));

let seed = 1;
const noise = () => ((seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5) * 6;
// A call begins with the middle of the signed bytes, and with nothing of the unsigned ones.
const begin = (n) => Object.fromEntries(memories.map((m) => [m.name, new Uint8Array(n * m.rows * m.width).fill(m.name === 'quads' ? 0 : 128)]));
const run = async (feats, n, past) => {
  const feeds = { feats: new ort.Tensor('float32', feats, [n, feats.length / n / 40, 40]) };
  for (const m of memories) feeds[m.name] = new ort.Tensor('uint8', past[m.name], [n, m.rows, m.width]);
  const out = await session.run(feeds);
  const next = {};
  for (const m of memories) {
    const size = m.rows * m.width, all = out[`${m.name}_out`].data, whole = all.length / n;
    next[m.name] = new Uint8Array(n * size);
    for (let k = 0; k < n; k++) next[m.name].set(all.subarray((k + 1) * whole - size, (k + 1) * whole), k * size);
  }
  return { ...out, next };
};

const T = 96;
const feats = Float32Array.from({ length: T * 40 }, noise);
const whole = await run(feats, 1, begin(1));
const units = whole.zh.dims[2];
let past = begin(1), worst = 0;
for (let t = 0, at = 0; t < T;) {
  const size = Math.min(T - t, [4, 8, 16, 12][at++ % 4]);
  const out = await run(feats.slice(t * 40, (t + size) * 40), 1, past);
  past = out.next;
  for (let i = 0; i < out.zh.data.length; i++) worst = Math.max(worst, Math.abs(out.zh.data[i] - whole.zh.data[(t / 4) * units + i]));
  t += size;
}
const twice = new Float32Array(2 * feats.length);
twice.set(feats.map((v) => -v));
twice.set(feats, feats.length);
const both = await run(twice, 2, begin(2));
let batch = 0;
for (let i = 0; i < whole.zh.data.length; i++) batch = Math.max(batch, Math.abs(whole.zh.data[i] - both.zh.data[whole.zh.data.length + i]));
const ours = await run(Float32Array.from(parity.feats), 1, begin(1));
let foreign = 0, sum = 0, count = 0;
for (const name of ['zh', 'en', 'speech']) {
  parity[name].forEach((v, i) => {
    const off = Math.abs(v - ours[name].data[i]);
    foreign = Math.max(foreign, off);
    sum += off;
    count++;
  });
}

for (const n of [1, 16, 32]) {
  const x = Float32Array.from({ length: n * 8 * 40 }, noise), s = begin(n);
  for (let k = 0; k < 10; k++) await run(x, n, s);
  const before = process.cpuUsage();
  for (let k = 0; k < 60; k++) await run(x, n, s);
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000 / 60;
  console.log(`batch ${n}, 8 frames: ${ms.toFixed(2)} ms of processor time, ${((n * 80) / ms).toFixed(0)} streams a core`);
}
console.log(`chunked against whole: ${worst.toExponential(1)}, batch against single: ${batch.toExponential(1)}, against training: ${foreign.toExponential(1)}, mean ${(sum / count).toExponential(1)}`);
// A norm rounded otherwise in its last bit shifts a byte by one here and there.
if (!(worst < 1e-5 && batch < 1e-5 && foreign < 0.3 && sum / count < 0.02)) process.exit(1);
