'use strict';
const scroll = document.getElementById('scroll');
const views = [...scroll.querySelectorAll('.view')];
const less = document.getElementById('out');
const more = document.getElementById('in');
let shown = views.findIndex((v) => !v.hasAttribute('hidden'));

const inset = Number(scroll.dataset.inset); // pixels before the call's beginning
const scale = () => Number(views[shown].dataset.scale);

// show changes the scale and keeps the moment that lies under x, in pixels from the left edge, where it is.
function show(index, x) {
  if (index < 0 || index >= views.length || index === shown) return;
  const at = (scroll.scrollLeft + x - inset) / scale();
  views[shown].toggleAttribute('hidden', true);
  shown = index;
  views[shown].toggleAttribute('hidden', false);
  scroll.scrollLeft = at * scale() + inset - x;
  less.disabled = shown === 0;
  more.disabled = shown === views.length - 1;
}

const middle = () => scroll.clientWidth / 2;
less.onclick = () => show(shown - 1, middle());
more.onclick = () => show(shown + 1, middle());
less.disabled = shown === 0;
more.disabled = shown === views.length - 1;
scroll.addEventListener('wheel', (e) => {
  if (!e.ctrlKey) return;
  e.preventDefault();
  show(shown + (e.deltaY < 0 ? 1 : -1), e.clientX - scroll.getBoundingClientRect().left);
}, { passive: false });
document.addEventListener('keydown', (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === '+' || e.key === '=') show(shown + 1, middle());
  if (e.key === '-') show(shown - 1, middle());
});

// A link to a moment: #t=12.3 scrolls there.
function go() {
  const at = /^#t=(\d+(\.\d+)?)$/.exec(location.hash);
  if (at) scroll.scrollLeft = Number(at[1]) * scale() + inset - scroll.clientWidth / 4;
}
window.addEventListener('hashchange', go);
go();
