package text

import (
	"regexp"
	"strings"
)

var (
	building = regexp.MustCompile(`(?:栋|幢|座|单元|号楼|\d(?:楼|层|门|号院?)|院)$`)
	road     = regexp.MustCompile(`(?:路|街|道|巷|弄|胡同|线)$`)
	tower    = regexp.MustCompile(`(?:栋|座|厦|楼|中心|广场|大楼|[A-Za-z]座?)$`)
	bus      = regexp.MustCompile(`^(?:路(?:公交|车|$)|国道|省道|县道)`)
	hotline  = regexp.MustCompile(`^(?:客服)?(?:电话|热线)`)
	gate     = regexp.MustCompile(`^(?:号(?:楼|院|门)?|弄)`)
)

// sayRoom says numbers of rooms, long numbers of houses, bus lines and roads digit by digit.
func sayRoom(s *scanner, m []string) (string, bool) {
	left, right := s.left(), s.right(len(m[0]))
	room := strings.HasPrefix(right, "室") || strings.HasPrefix(right, "房") || strings.HasPrefix(right, "号房")
	switch {
	case len(m[0]) > 4:
		return "", false
	case m[0] == "400" || m[0] == "800":
		if !hotline.MatchString(right) {
			return "", false
		}
	case room, bus.MatchString(right):
	case building.MatchString(left) && !measureFollows(right):
	case len(m[0]) == 4 && road.MatchString(left) && gate.MatchString(right):
	default:
		return "", false
	}
	return digits(m[0], "幺"), true
}

func sayRooms(_ *scanner, m []string) (string, bool) {
	return digits(m[1], "幺") + "到" + digits(m[2], "幺") + m[3], true
}

// sayHouse says 3#楼 as 三号楼.
func sayHouse(s *scanner, m []string) (string, bool) {
	if m[2] == "" {
		return "", false
	}
	said := cardinal(m[1]) + "号"
	if isASCIIDigit(rune(m[2][0])) {
		return said + "楼" + cardinal(m[2]), !startsDigit(s.right(len(m[0])))
	}
	return said + m[2], true
}

// sayFlat says a building and a room in it, 2-301, after what names them.
func sayFlat(s *scanner, m []string) (string, bool) {
	if !s.address && !building.MatchString(s.left()) {
		return "", false
	}
	return sayCode(s, m)
}

func sayFloor(s *scanner, m []string) (string, bool) {
	if !tower.MatchString(s.left()) {
		return "", false
	}
	return cardinal(m[1]) + "楼", true
}

func startsDigit(s string) bool { return s != "" && isASCIIDigit(rune(s[0])) }
