// Every text of the page, in Chinese and in English.

const zh = {
  title: '语音热线', idle: '点一下按钮，开始通话', call: '开始通话', hangup: '挂断', you: '您', bot: '客服', agent: '人工客服',
  connecting: '正在接通…', asking: '请允许使用麦克风', talking: '通话中，请直接说话', muted: '已静音，客服听不到您',
  reconnecting: '网络不稳，正在恢复…', ended: '通话已结束', mute: '静音', unmute: '取消静音', keys: '按键', captions: '通话字幕',
  levelYou: '您的音量', levelBot: '客服的音量', tools: '通话操作', keypad: '拨号键盘', pressed: '已按的键', star: '星号键', hash: '井号键',
  try: '接通后可以这样说：', try1: '“帮我查一下我的快递到哪了”', try2: '“那它什么时候能到”', try3: '“转人工”',
  privacy: '通话内容会被转成文字，用于为您办理业务。', other: 'English',
  insecure: '浏览器只允许安全网页使用麦克风。请用 https:// 打开本页，或在本机用 http://localhost 打开。',
  unsupported: '这个浏览器不支持网页通话。请换用新版的 Chrome、Edge、Firefox 或 Safari。',
  denied: '麦克风没有得到允许。请点地址栏旁的图标，允许本页使用麦克风，然后再拨一次。',
  nomic: '没有找到麦克风。请接好麦克风或耳机，然后再拨一次。',
  micbusy: '麦克风正被别的程序占用。请关掉那个程序，然后再拨一次。',
  offline: '连不上服务器。请检查网络，然后再拨一次。', full: '现在线路全忙。请过一会儿再拨。',
  toomany: '您拨得太频繁了。请过一分钟再拨。', forbidden: '这次通话没有得到许可。请刷新页面后再试。',
  codec: '浏览器与服务器没有共同的语音格式，无法通话。', failed: '通话没有建立起来。请再拨一次。',
  unreachable: '声音连不通：网络可能挡住了 UDP。请换一个网络，或请管理员放行。',
  lost: '连接断开了。请检查网络，然后再拨一次。', shutdown: '服务器正在维护，通话被结束了。请过一会儿再拨。',
};

const en = {
  title: 'Voice hotline', idle: 'Press the button to call', call: 'Call', hangup: 'Hang up', you: 'You', bot: 'Service', agent: 'Agent',
  connecting: 'Connecting…', asking: 'Please allow the microphone', talking: 'Connected, just speak', muted: 'Muted: you are not heard',
  reconnecting: 'Poor network, reconnecting…', ended: 'Call ended', mute: 'Mute', unmute: 'Unmute', keys: 'Keypad', captions: 'Captions',
  levelYou: 'Your volume', levelBot: 'Volume of the service', tools: 'Call controls', keypad: 'Keypad', pressed: 'Keys pressed', star: 'star', hash: 'hash',
  try: 'Once connected, try saying:', try1: '“Where is my parcel?”', try2: '“When will it arrive?”', try3: '“I want to talk to a person”',
  privacy: 'What is said is turned into text in order to serve you.', other: '中文',
  insecure: 'Browsers give the microphone to secure pages only. Open this page by https://, or by http://localhost on this machine.',
  unsupported: 'This browser cannot make calls. Please use a current Chrome, Edge, Firefox or Safari.',
  denied: 'The microphone was not allowed. Allow it by the icon beside the address bar, then call again.',
  nomic: 'No microphone was found. Connect one or a headset, then call again.',
  micbusy: 'Another program is using the microphone. Close it, then call again.',
  offline: 'The server cannot be reached. Check your network, then call again.', full: 'All lines are busy. Please call again in a while.',
  toomany: 'Too many calls from here. Please wait a minute.', forbidden: 'This call was not permitted. Reload the page and try again.',
  codec: 'Browser and server have no audio format in common.', failed: 'The call could not be set up. Please call again.',
  unreachable: 'No sound gets through: the network seems to block UDP. Try another network, or ask its administrator.',
  lost: 'The connection broke. Check your network, then call again.', shutdown: 'The server is under maintenance and ended the call. Please call again later.',
};

/** The visitor's choice, else the browser's first language: Chinese or English. */
export function firstLanguage() {
  const asked = new URLSearchParams(location.search).get('lang') || navigator.language || '';
  return asked.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** The texts of a language. */
export function wordsOf(language) {
  return language === 'zh' ? zh : en;
}
