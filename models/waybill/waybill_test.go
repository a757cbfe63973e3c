package waybill

import (
	"slices"
	"strings"
	"testing"
)

func TestCouriers(t *testing.T) {
	for number, want := range map[string]string{
		"SF1562204478319": "顺丰", "sf 156-2204 478319": "顺丰", "SF156220447831": "顺丰", "SF15622044783": "", "YT7719022846105": "圆通",
		"JDVA01234567890": "京东", "JD0123456789012": "京东", "JT3091746628005": "极兔", "DPK220099118844": "德邦", "75540198823107": "中通",
		"775401988231073": "申通 韵达", "4312345678901": "申通 韵达", "EE473124829CN": "EMS", "EE473124828CN": "", "9712345678901": "申通 EMS",
		"": "", "SF": "", "八": "", "123": "", "SF156220447831X": "",
	} {
		if got := strings.Join(Couriers(number), " "); got != want {
			t.Errorf("%s: %q, want %q", number, got, want)
		}
	}
}

func TestComplete(t *testing.T) {
	for _, c := range []struct{ number, courier, want string }{
		{"1562204478319", "顺丰", "SF1562204478319"}, {"sf 1562204478319", "顺丰", "SF1562204478319"}, {"220099118844", "德邦", "DPK220099118844"},
		{"01234567890", "京东", "JD01234567890"}, {"75540198823107", "中通", "75540198823107"}, {"123", "顺丰", "123"}, {"1562204478319", "", "1562204478319"},
		{"EE473124829CN", "EMS", "EE473124829CN"},
	} {
		if got := Complete(c.number, c.courier); got != c.want {
			t.Errorf("%s by %s: %s, want %s", c.number, c.courier, got, c.want)
		}
	}
}

func TestLetters(t *testing.T) {
	letters := Letters()
	for _, want := range []string{"SF", "YT", "JT", "JD", "JDVA", "DPK"} {
		if !slices.Contains(letters, want) {
			t.Errorf("%s is not among %v", want, letters)
		}
	}
	for _, f := range Forms() {
		if f.Least < 1 || f.Most < f.Least || f.Courier == "" {
			t.Errorf("%+v", f)
		}
	}
}

func FuzzCouriers(f *testing.F) {
	for _, s := range []string{"SF1562204478319", "EE473124829CN", "jd v a 01234567890", "", "é１２", "CN"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, number string) {
		_, digits, _ := Split(number)
		if strings.Trim(digits, "0123456789") != "" {
			t.Errorf("%q: digits %q", number, digits)
		}
		if len(Couriers(number)) > 0 && digits == "" {
			t.Errorf("%q without digits is %v", number, Couriers(number))
		}
		Complete(number, "顺丰")
	})
}
