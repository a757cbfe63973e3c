// The loudness of a stream, shown as a bar.

/** Show the level of a stream in an element until stop() is called. */
export function show(context, stream, element) {
  const source = context.createMediaStreamSource(stream);
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let frame = 0;
  let shown = 0;
  const draw = () => {
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const v of samples) sum += v * v;
    const decibels = 10 * Math.log10(sum / samples.length + 1e-9);
    const level = Math.max(0, Math.min(100, (decibels + 60) * 100 / 54));
    shown = Math.max(level, shown * 0.9);
    paint(element, shown);
    frame = requestAnimationFrame(draw);
  };
  draw();
  return () => {
    cancelAnimationFrame(frame);
    source.disconnect();
    paint(element, 0);
  };
}

function paint(element, level) {
  element.setAttribute('aria-valuenow', String(Math.round(level)));
  element.firstElementChild.style.transform = `scaleX(${level / 100})`;
}
