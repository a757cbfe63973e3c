// Runs the exported file in ONNX Runtime: against the outputs of the training
// framework, chunked against whole, batch against single; prints the speed.
// usage: node check.mjs models/hearing parity.json
// (onnxruntime-node must be in the module path of the working directory)
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
const ort = createRequire(process.cwd() + '/')('onnxruntime-node');
const folder = process.argv[2];
const parity = JSON.parse(readFileSync(process.argv[3]));
const session = await ort.InferenceSession.create(`${folder}/acoustic.onnx`, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const STATE = 10 * 10 * 256 + 80 + 320;

let seed = 1;
const noise = () => ((seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5) * 6;
const run = (feats, n, state) => session.run({
  feats: new ort.Tensor('float32', feats, [n, feats.length / n / 40, 40]),
  state: new ort.Tensor('float32', state, [n, state.length / n]),
});

const T = 96;
const feats = Float32Array.from({ length: T * 40 }, noise);
const whole = await run(feats, 1, new Float32Array(STATE));
let state = new Float32Array(STATE);
let worst = 0;
for (let t = 0, at = 0; t < T;) {
  const size = Math.min(T - t, [4, 8, 16, 12][at++ % 4]);
  const out = await run(feats.slice(t * 40, (t + size) * 40), 1, state);
  state = out.state_out.data;
  const units = out.zh.dims[2];
  for (let i = 0; i < out.zh.data.length; i++) worst = Math.max(worst, Math.abs(out.zh.data[i] - whole.zh.data[(t / 4) * units + i]));
  t += size;
}
const twice = new Float32Array(2 * feats.length);
twice.set(feats.map((v) => -v));
twice.set(feats, feats.length);
const both = await run(twice, 2, new Float32Array(2 * STATE));
let batch = 0;
for (let i = 0; i < whole.zh.data.length; i++) batch = Math.max(batch, Math.abs(whole.zh.data[i] - both.zh.data[whole.zh.data.length + i]));
const ours = await run(Float32Array.from(parity.feats), 1, new Float32Array(STATE));
let foreign = 0;
for (const name of ['zh', 'en', 'speech']) parity[name].forEach((v, i) => (foreign = Math.max(foreign, Math.abs(v - ours[name].data[i]))));

for (const n of [1, 8]) {
  for (const size of [8, 16, 32]) {
    const x = Float32Array.from({ length: n * size * 40 }, noise);
    const s = new Float32Array(n * STATE);
    for (let k = 0; k < 10; k++) await run(x, n, s);
    const began = performance.now();
    for (let k = 0; k < 60; k++) await run(x, n, s);
    const ms = (performance.now() - began) / 60;
    console.log(`batch ${n}, ${size} frames: ${ms.toFixed(2)} ms, ${((n * size * 10) / ms).toFixed(0)} streams a core`);
  }
}
console.log(`chunked against whole: ${worst.toExponential(1)}, batch against single: ${batch.toExponential(1)}, against training: ${foreign.toExponential(1)}`);
if (!(worst < 1e-3 && batch < 1e-3 && foreign < 1e-3)) process.exit(1);
