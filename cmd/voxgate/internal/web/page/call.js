// A call to the hotline over WHIP (RFC 9725): offer out at once, candidates follow by PATCH.

/** Why a call failed; code names one of the page's texts. */
export class CallError extends Error {
  constructor(code, cause) {
    super(code, { cause });
    this.code = code;
  }
}

const microphone = { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 } };
const byStatus = { 401: 'forbidden', 403: 'forbidden', 406: 'codec', 429: 'toomany', 503: 'full' };

/** Call is one conversation. Events: "asking", "connecting", "talking", "reconnecting", "caption" (detail), "ended" (detail: code or ""). */
export class Call extends EventTarget {
  #pc = null;
  #mic = null;
  #session = '';
  #etag = '';
  #found = [];
  #captions = null;
  #up = false;
  #over = false;

  /** The microphone's stream, for the level meter. */
  get microphone() { return this.#mic; }

  /** Dial, and resolve with the far end's stream. Rejects with a CallError. */
  async dial() {
    try {
      await this.#openMicrophone();
      return await this.#connect();
    } catch (error) {
      this.#close();
      throw error instanceof CallError ? error : new CallError('failed', error);
    }
  }

  async #openMicrophone() {
    if (!window.isSecureContext) throw new CallError('insecure');
    if (!navigator.mediaDevices?.getUserMedia || !window.RTCPeerConnection) throw new CallError('unsupported');
    this.#tell('asking');
    try {
      this.#mic = await navigator.mediaDevices.getUserMedia(microphone);
    } catch (error) {
      const codes = { NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'nomic', OverconstrainedError: 'nomic', NotReadableError: 'micbusy', AbortError: 'micbusy' };
      throw new CallError(codes[error.name] ?? 'nomic', error);
    }
    if (this.#over) throw new CallError('');
    this.#mic.getAudioTracks()[0].addEventListener('ended', () => this.#finish('nomic'));
  }

  async #connect() {
    this.#tell('connecting');
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    this.#pc = pc;
    const far = new Promise((resolve) => pc.addEventListener('track', ({ track }) => resolve(new MediaStream([track]))));
    pc.addEventListener('icecandidate', ({ candidate }) => { this.#found.push(candidate); this.#trickle(); });
    pc.addEventListener('connectionstatechange', () => this.#follow(pc.connectionState));
    const transceiver = pc.addTransceiver(this.#mic.getAudioTracks()[0], { direction: 'sendrecv', streams: [this.#mic] });
    this.#prefer(transceiver);
    await pc.setLocalDescription();
    const answer = await this.#post(pc.localDescription.sdp);
    await pc.setRemoteDescription({ type: 'answer', sdp: answer });
    this.#listen();
    this.#trickle();
    return far;
  }

  // ?codec=PCMU calls as a telephone would, for trying that path out.
  #prefer(transceiver) {
    const wanted = new URLSearchParams(location.search).get('codec')?.toLowerCase();
    const all = RTCRtpReceiver.getCapabilities?.('audio')?.codecs ?? [];
    const kept = all.filter(({ mimeType }) => [`audio/${wanted}`, 'audio/telephone-event'].includes(mimeType.toLowerCase()));
    if (wanted && kept.length) transceiver.setCodecPreferences(kept);
  }

  async #post(offer) {
    const query = new URLSearchParams(location.search);
    const caller = query.get('caller');
    let response;
    try {
      response = await fetch('/whip' + (caller ? `?caller=${encodeURIComponent(caller)}` : ''), { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: offer });
    } catch (error) {
      throw new CallError('offline', error);
    }
    if (response.status !== 201) throw new CallError(byStatus[response.status] ?? 'failed');
    this.#session = response.headers.get('Location');
    this.#etag = response.headers.get('ETag');
    if (this.#over) {
      this.#remove();
      throw new CallError('');
    }
    return response.text();
  }

  // Sends the candidates found so far, all at once; the server finds the browser by its checks in any case.
  #trickle() {
    if (!this.#session || !this.#found.length) return;
    const [, ufrag] = this.#pc.localDescription.sdp.match(/a=ice-ufrag:(.*)\r/);
    const [, password] = this.#pc.localDescription.sdp.match(/a=ice-pwd:(.*)\r/);
    const lines = [`a=ice-ufrag:${ufrag}`, `a=ice-pwd:${password}`, 'm=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=mid:0'];
    for (const candidate of this.#found.splice(0)) {
      lines.push(candidate?.candidate ? `a=${candidate.candidate}` : 'a=end-of-candidates');
    }
    fetch(this.#session, {
      method: 'PATCH', body: lines.join('\r\n') + '\r\n',
      headers: { 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': this.#etag },
    }).catch(() => { /* the connection comes up without them, or its failure is told */ });
  }

  #listen() {
    this.#captions = new EventSource(this.#session.replace('/whip/', '/v1/events/'));
    this.#captions.addEventListener('caption', ({ data }) => this.#tell('caption', JSON.parse(data)));
    this.#captions.addEventListener('end', ({ data }) => {
      const { reason } = JSON.parse(data);
      this.#finish(reason === 'hangup' ? '' : reason);
    });
  }

  #follow(state) {
    if (this.#over) return;
    if (state === 'connected') {
      this.#up = true;
      this.#tell('talking');
    }
    if (state === 'disconnected') this.#tell('reconnecting');
    if (state === 'failed') this.#finish(this.#up ? 'lost' : 'unreachable');
    if (state === 'closed') this.#finish('');
  }

  /** Press a key: 0-9, * or #. */
  press(key) {
    this.#pc?.getSenders()[0]?.dtmf?.insertDTMF(key, 160, 70);
  }

  /** Stop or resume sending the microphone. */
  mute(on) {
    for (const track of this.#mic?.getAudioTracks() ?? []) track.enabled = !on;
  }

  /** End the call. */
  hangup() { this.#finish(''); }

  #finish(code) {
    if (this.#over) return;
    this.#close();
    this.#tell('ended', code);
  }

  #remove() {
    if (this.#session) fetch(this.#session, { method: 'DELETE', keepalive: true }).catch(() => { /* the server notices */ });
    this.#session = '';
  }

  #close() {
    this.#over = true;
    this.#captions?.close();
    this.#remove();
    this.#pc?.close();
    for (const track of this.#mic?.getTracks() ?? []) track.stop();
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}
