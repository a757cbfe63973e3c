// The page: one button that calls, and what a caller needs while talking.
import { Call } from './call.js';
import { show } from './meter.js';
import { firstLanguage, wordsOf } from './words.js';

const $ = (id) => document.getElementById(id);
let language = firstLanguage();
let words = wordsOf(language);
let call = null;
let stopMeters = [];
let started = 0;
let ticking = 0;
let alerted = '';
let statusNow = 'idle';

function translate() {
  words = wordsOf(language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.title = `Voxgate ${words.title}`;
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = words[element.dataset.text];
  for (const element of document.querySelectorAll('[data-label]')) element.setAttribute('aria-label', words[element.dataset.label]);
  for (const button of $('keypad').children) nameKey(button);
  $('language').textContent = words.other;
  $('language').lang = language === 'zh' ? 'en' : 'zh-CN';
  say(statusNow);
  alertUser(alerted);
}

function nameKey(button) {
  button.setAttribute('aria-label', { '*': words.star, '#': words.hash }[button.value] ?? button.value);
}

function setText(element, key) {
  element.dataset.text = key;
  element.textContent = words[key];
}

function say(key) {
  statusNow = key;
  setText($('status'), key);
}

function alertUser(code) {
  alerted = code;
  $('alert').hidden = !code;
  $('alert').textContent = code ? words[code] ?? words.failed : '';
}

function state(name) {
  const busy = name === 'connecting' || name === 'talking';
  document.body.dataset.state = name;
  setText(document.querySelector('#call .name'), busy ? 'hangup' : 'call');
  for (const id of ['mute', 'keys']) $(id).disabled = name !== 'talking';
}

async function dial() {
  alertUser('');
  $('captions').replaceChildren();
  $('pressed').textContent = '';
  state('connecting');
  say('connecting');
  const context = new AudioContext();
  const mine = new Call();
  call = mine;
  for (const name of ['asking', 'connecting', 'reconnecting']) mine.addEventListener(name, () => say(name));
  mine.addEventListener('talking', talking);
  mine.addEventListener('caption', ({ detail }) => caption(detail));
  mine.addEventListener('ended', ({ detail }) => ended(mine, context, detail));
  try {
    const far = await mine.dial();
    $('sound').srcObject = far;
    stopMeters = [show(context, mine.microphone, $('level-caller')), show(context, far, $('level-bot'))];
  } catch (error) {
    ended(mine, context, error.code);
  }
}

function talking() {
  state('talking');
  say($('mute').getAttribute('aria-pressed') === 'true' ? 'muted' : 'talking');
  if (ticking) return;
  started = performance.now();
  ticking = setInterval(() => {
    const seconds = Math.floor((performance.now() - started) / 1000);
    $('clock').textContent = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  }, 500);
}

function ended(which, context, code) {
  if (which !== call) return;
  call = null;
  for (const stop of stopMeters.splice(0)) stop();
  context.close();
  clearInterval(ticking);
  ticking = 0;
  $('clock').textContent = '00:00';
  $('sound').srcObject = null;
  $('pressed').textContent = '';
  setMuted(false);
  openKeypad(false);
  state('idle');
  say('ended');
  alertUser(code || '');
}

// A turn's partial captions replace each other until the final one.
function caption({ speaker, turn, text, final }) {
  const list = $('captions');
  const key = `${speaker}-${turn}`;
  let item = [...list.children].find((line) => line.dataset.key === key);
  if (!item) {
    item = document.createElement('p');
    item.dataset.key = key;
    item.className = speaker === 'caller' ? 'line caller' : 'line bot';
    const who = document.createElement('span');
    who.className = 'who';
    setText(who, { caller: 'you', agent: 'agent' }[speaker] ?? 'bot');
    const spoken = document.createElement('span');
    spoken.className = 'words';
    item.append(who, spoken);
    list.append(item);
  }
  item.querySelector('.words').textContent = text;
  item.classList.toggle('partial', !final);
  list.scrollTop = list.scrollHeight;
}

function setMuted(on) {
  $('mute').setAttribute('aria-pressed', String(on));
  setText($('mute'), on ? 'unmute' : 'mute');
  call?.mute(on);
}

function openKeypad(on) {
  $('keypad').hidden = !on;
  $('keys').setAttribute('aria-expanded', String(on));
}

function press(key) {
  if (document.body.dataset.state !== 'talking') return;
  call.press(key);
  $('pressed').textContent += key;
}

for (const key of '123456789*0#') {
  const button = document.createElement('button');
  button.type = 'button';
  button.value = key;
  button.textContent = key;
  button.addEventListener('click', () => press(key));
  $('keypad').append(button);
}
$('call').addEventListener('click', () => (call ? call.hangup() : dial()));
$('mute').addEventListener('click', () => {
  setMuted($('mute').getAttribute('aria-pressed') !== 'true');
  talking();
});
$('keys').addEventListener('click', () => openKeypad($('keypad').hidden));
$('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  translate();
});
document.addEventListener('keydown', (event) => {
  const typing = event.ctrlKey || event.metaKey || event.altKey;
  if (!typing && /^[0-9*#]$/.test(event.key)) press(event.key);
});
addEventListener('pagehide', () => call?.hangup());
translate();
