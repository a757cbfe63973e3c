package sip

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"

	"voxgate/sip/sdp"
)

const (
	allowed   = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, NOTIFY"
	accepted  = "application/sdp, application/dtmf-relay, application/dtmf, message/sipfrag"
	supported = "" // no extension of our own yet: everything in Require is refused
)

// known are methods of RFCs that we do not offer: 405 rather than 501.
var known = []sip.RequestMethod{sip.REGISTER, sip.SUBSCRIBE, sip.MESSAGE, sip.PRACK, sip.UPDATE, sip.PUBLISH}

// onRequest counts a request's goroutine, which the library starts, as part of the server.
func (s *Server) onRequest(req *sip.Request, tx sip.ServerTransaction) {
	s.mu.Lock()
	if s.ending {
		s.mu.Unlock()
		return
	}
	s.calls.Add(1)
	s.mu.Unlock()
	defer s.calls.Done()
	s.dispatch(req, tx)
}

// dispatch is where every request comes in that the screen and the transaction layer let through.
func (s *Server) dispatch(req *sip.Request, tx sip.ServerTransaction) {
	if req.Method == sip.ACK {
		s.onACK(req)
		return
	}
	if res := s.vet(req); res != nil {
		s.respond(tx, res)
		return
	}
	toTag, inDialog := req.To().Params.Get("tag")
	if inDialog && toTag != "" {
		s.dispatchInDialog(req, tx)
		return
	}
	switch req.Method {
	case sip.CANCEL, sip.BYE, sip.INFO, sip.NOTIFY:
		s.respond(tx, s.response(req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist"))
		return
	}
	if res, answer := s.admit(req); res != nil || !answer {
		if answer {
			s.respond(tx, res)
		}
		return
	}
	switch {
	case req.Method == sip.INVITE:
		s.onInvite(req, tx)
	case req.Method == sip.OPTIONS:
		s.respond(tx, s.capabilities(req))
	case req.Method == sip.REFER:
		s.respond(tx, s.response(req, sip.StatusForbidden, "Forbidden"))
	default:
		s.respond(tx, s.unsupported(req))
	}
}

// unsupported answers a method that we do not take.
func (s *Server) unsupported(req *sip.Request) *sip.Response {
	status, reason := sip.StatusNotImplemented, "Not Implemented"
	if slices.Contains(known, req.Method) {
		status, reason = sip.StatusMethodNotAllowed, "Method Not Allowed"
	}
	res := s.response(req, status, reason)
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	return res
}

func (s *Server) dispatchInDialog(req *sip.Request, tx sip.ServerTransaction) {
	toTag, _ := req.To().Params.Get("tag")
	fromTag, _ := req.From().Params.Get("tag")
	c := s.lookup(dialogID{string(*req.CallID()), toTag})
	if c == nil || !c.dlg.matches(fromTag) {
		s.respond(tx, s.response(req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist"))
		return
	}
	if req.Method != sip.CANCEL {
		if err := c.dlg.admit(req); err != nil {
			s.respond(tx, s.response(req, sip.StatusInternalServerError, "CSeq Out Of Order"))
			return
		}
	}
	switch req.Method {
	case sip.INVITE:
		c.onReinvite(req, tx)
	case sip.BYE:
		c.onBye(req, tx)
	case sip.INFO:
		c.onInfo(req, tx)
	case sip.NOTIFY:
		c.onNotify(req, tx)
	case sip.REFER:
		c.onRefer(req, tx)
	case sip.OPTIONS:
		s.respond(tx, s.capabilities(req))
	case sip.CANCEL:
		s.respond(tx, s.response(req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist"))
	default:
		s.respond(tx, s.unsupported(req))
	}
}

// vet checks what every request must have (RFC 3261 section 8.2) once it is parsed; nil lets it pass.
func (s *Server) vet(req *sip.Request) *sip.Response {
	if req.CallID() == nil || req.CSeq() == nil || req.From() == nil || req.To() == nil || req.Via() == nil {
		return s.response(req, sip.StatusBadRequest, "Missing Mandatory Header")
	}
	if mf := req.MaxForwards(); mf != nil && mf.Val() == 0 && req.Method != sip.OPTIONS {
		return s.response(req, sip.StatusTooManyHops, "Too Many Hops")
	}
	if req.Method == sip.CANCEL {
		return nil
	}
	if options := headerList(req, "Require"); len(options) > 0 {
		res := s.response(req, sip.StatusBadExtension, "Bad Extension")
		res.AppendHeader(sip.NewHeader("Unsupported", strings.Join(options, ", ")))
		return res
	}
	return nil
}

// admit decides whether a stranger's request is taken: known networks pass, others prove who they are. With answer
// false it is dropped without a word.
func (s *Server) admit(req *sip.Request) (res *sip.Response, answer bool) {
	if s.trusted(req.Source()) {
		return nil, true
	}
	if !s.auth.enabled() {
		s.strangers.Add(1)
		s.log.Debug("request from outside the allowed networks", "method", req.Method, "source", req.Source())
		return s.response(req, sip.StatusForbidden, "Forbidden"), !s.cfg.Silent
	}
	user, stale, ok := s.auth.check(req)
	if ok {
		s.log.Debug("request authenticated", "method", req.Method, "user", user)
		return nil, true
	}
	s.strangers.Add(1)
	res = s.response(req, sip.StatusUnauthorized, "Unauthorized")
	for _, challenge := range s.auth.challenges(stale) {
		res.AppendHeader(sip.NewHeader("WWW-Authenticate", challenge))
	}
	return res, true
}

// trusted tells whether host:port lies within the allowed networks.
func (s *Server) trusted(source string) bool {
	ap, err := netip.ParseAddrPort(source)
	if err != nil {
		return false
	}
	addr := ap.Addr().Unmap().WithZone("")
	return slices.ContainsFunc(s.cfg.Allow, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// response answers a request; headers that every answer of ours has are added.
func (s *Server) response(req *sip.Request, status int, reason string) *sip.Response {
	res := sip.NewResponseFromRequest(req, status, reason, nil)
	s.brand(res, "Server")
	return res
}

// capabilities answers OPTIONS as an INVITE would be answered (RFC 3261 section 11.2).
func (s *Server) capabilities(req *sip.Request) *sip.Response {
	status, reason := sip.StatusOK, "OK"
	s.mu.Lock()
	if s.draining {
		status, reason = sip.StatusServiceUnavailable, "Shutting Down"
	}
	s.mu.Unlock()
	res := s.response(req, status, reason)
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	res.AppendHeader(sip.NewHeader("Accept", accepted))
	res.AppendHeader(sip.NewHeader("Accept-Encoding", "identity"))
	res.AppendHeader(sip.NewHeader("Accept-Language", "zh, en"))
	res.AppendHeader(sip.NewHeader("Supported", supported))
	return res
}

func (s *Server) respond(tx sip.ServerTransaction, res *sip.Response) {
	if err := tx.Respond(res); err != nil {
		s.log.Debug("answer not sent", "status", res.StatusCode, "error", err)
	}
}

func (s *Server) onACK(req *sip.Request) {
	if req.CallID() == nil || req.To() == nil || req.CSeq() == nil {
		return
	}
	tag, _ := req.To().Params.Get("tag")
	if c := s.lookup(dialogID{string(*req.CallID()), tag}); c != nil {
		c.acknowledged(req)
	}
}

// headerList is the comma-separated values of all headers of a name.
func headerList(msg interface{ GetHeaders(string) []sip.Header }, name string) []string {
	var values []string
	for _, h := range msg.GetHeaders(name) {
		for value := range strings.SplitSeq(h.Value(), ",") {
			if value = strings.TrimSpace(value); value != "" {
				values = append(values, value)
			}
		}
	}
	return values
}

// mediaType is the lower-case type/subtype of a body, "" without Content-Type.
func mediaType(req *sip.Request) string {
	h := req.ContentType()
	if h == nil {
		return ""
	}
	kind, _, _ := strings.Cut(h.Value(), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// refuseBody answers a body of a kind that we cannot read; nil when it is a session description or absent.
func (s *Server) refuseBody(req *sip.Request) *sip.Response {
	if encoding := req.GetHeader("Content-Encoding"); encoding != nil && !strings.EqualFold(encoding.Value(), "identity") {
		res := s.response(req, sip.StatusUnsupportedMediaType, "Unsupported Media Type")
		res.AppendHeader(sip.NewHeader("Accept-Encoding", "identity"))
		return res
	}
	if len(req.Body()) == 0 || mediaType(req) == sdp.ContentType {
		return nil
	}
	res := s.response(req, sip.StatusUnsupportedMediaType, "Unsupported Media Type")
	res.AppendHeader(sip.NewHeader("Accept", sdp.ContentType))
	return res
}
