package shop

import "testing"

func TestVariant(t *testing.T) {
	shoes := Product{Variants: []Variant{{Spec: "黑色 40码"}, {Spec: "黑色 41码"}, {Spec: "黑色 42码"}, {Spec: "白色 41码"}, {Spec: "白色 42码"}}}
	coat := Product{Variants: []Variant{{Spec: "卡其色 S码"}, {Spec: "卡其色 M码"}, {Spec: "卡其色 L码"}, {Spec: "卡其色 XL码"}, {Spec: "黑色 M码"}}}
	phones := Product{Variants: []Variant{{Spec: "黑色"}, {Spec: "白色"}}}
	for _, c := range []struct {
		product           Product
		wish, now, wanted string
	}{
		{shoes, "42码", "黑色 41码", "黑色 42码"},
		{shoes, "大一码", "黑色 41码", "黑色 42码"},
		{shoes, "小一号", "黑色 41码", "黑色 40码"},
		{shoes, "白色", "黑色 41码", "白色 41码"},
		{shoes, "白色的42码", "黑色 41码", "白色 42码"},
		{shoes, "size 42", "黑色 41码", "黑色 42码"},
		{shoes, "white, size 42", "黑色 41码", "白色 42码"},
		{shoes, "43码", "黑色 41码", ""},
		{shoes, "42码", "", ""},
		{coat, "大号", "卡其色 M码", "卡其色 L码"},
		{coat, "大一号", "卡其色 M码", "卡其色 L码"},
		{coat, "L", "卡其色 M码", "卡其色 L码"},
		{coat, "L码", "卡其色 M码", "卡其色 L码"},
		{coat, "加大号", "卡其色 M码", "卡其色 XL码"},
		{coat, "extra large", "卡其色 M码", "卡其色 XL码"},
		{coat, "a large one", "卡其色 M码", "卡其色 L码"},
		{coat, "XXL", "卡其色 M码", ""},
		{coat, "黑色", "卡其色 M码", "黑色 M码"},
		{phones, "the white ones", "黑色", "白色"},
		{phones, "白的", "黑色", "白色"},
		{phones, "紫色", "黑色", ""},
		{phones, "", "黑色", ""},
	} {
		got := ""
		if i, ok := c.product.variant(c.wish, c.now); ok {
			got = c.product.Variants[i].Spec
		}
		if got != c.wanted {
			t.Errorf("%s in place of %s: got %q, want %q", c.wish, c.now, got, c.wanted)
		}
	}
}
