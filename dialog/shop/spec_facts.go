package shop

// lookups are the questions about facts that an order itself does not carry.
var lookups = []Spec{
	// Facts of an order or a customer that the order itself does not carry.
	{Kind: "ship_promise", On: OnOrder,
		Gives: map[string]Type{"ship_by": TypeMoment, "late": TypeYesNo, "late_hours": TypeNumber, "compensation": TypeMoney, "urged": TypeNumber}},
	{Kind: "delivery_slots", On: OnOrder, Optional: []string{"date"},
		Gives: checked(map[string]Type{"slots": TypePeriods, "first": TypePeriod, "second": TypePeriod, "count": TypeNumber, "booked": TypePeriod,
			"place": TypePlace, "places": TypeTexts}),
		Refusals: []string{"not_shipped", "signed", "returning", "cancelled", "no_slot", "wrong_state"}},
	{Kind: "delivery_proof", On: OnOrder,
		Gives: checked(map[string]Type{"signed_at": TypeMoment, "signed_by": TypeText, "place": TypePlace, "photo": TypeYesNo, "consent": TypeYesNo,
			"courier_man": TypeName, "courier_phone": TypeDigits, "reports": TypeNumber, "report_no": TypeDigits, "report_due": TypeMoment}),
		Refusals: []string{"not_signed"}},
	{Kind: "open_ticket", On: OnOrder,
		Gives: map[string]Type{"tickets": TypeNumber, "ticket_no": TypeDigits, "ticket_type": TypeText, "ticket_state": TypeText, "ticket_due": TypeMoment,
			"owner": TypeText}},
	{Kind: "payments", On: OnOrder,
		Gives: map[string]Type{
			"state": TypeCode, // paid, unpaid, failed, double, refunded
			"paid":  TypeMoney, "method": TypeText, "paid_at": TypeMoment, "count": TypeNumber, "extra": TypeMoney, "pay_until": TypeMoment,
			"refund_due": TypeMoment, "refund_to": TypeText, "installments": TypeTexts}},
	{Kind: "charges", On: OnPhone, // charges without an order
		Gives: map[string]Type{
			"state":  TypeCode, // none, orphan
			"amount": TypeMoney, "method": TypeText, "paid_at": TypeMoment, "refund_due": TypeMoment, "count": TypeNumber}},
	{Kind: "invoice_state", On: OnOrder,
		Gives: map[string]Type{
			"state":         TypeCode, // none, pending, issued
			"invoice_title": TypeText, "invoice_type": TypeText, "amount": TypeMoney, "issued_at": TypeMoment, "due": TypeMoment, "invoice_no": TypeDigits}},
	{Kind: "service_options", On: OnOrder, Optional: []string{"service", "date"},
		Gives: checked(map[string]Type{"warranty_until": TypeMoment, "in_warranty": TypeYesNo, "fee": TypeMoney, "slots": TypePeriods,
			"first": TypePeriod, "second": TypePeriod, "count": TypeNumber, "booked": TypePeriod, "hotline": TypeDigits}),
		Refusals: []string{"no_service", "no_slot", "not_shipped", "not_signed", "cancelled"}},
	{Kind: "benefits", On: OnPhone,
		Gives: map[string]Type{"points": TypeNumber, "points_worth": TypeMoney, "points_until": TypeMoment, "level": TypeText,
			"member_until": TypeMoment, "member_fee": TypeMoney, "renews": TypeYesNo, "red_packet": TypeMoney, "red_packet_until": TypeMoment,
			"coupons": TypeNumber, "coupon_name": TypeText, "coupon_amount": TypeMoney, "coupon_min": TypeMoney, "coupon_until": TypeMoment,
			"blocked_name":  TypeText,
			"blocked_why":   TypeCode, // expired, used, category, not_yet
			"blocked_until": TypeMoment, "blocked_category": TypeText}},
	{Kind: "account_state", On: OnPhone,
		Gives: map[string]Type{
			"state":        TypeCode, // ok, locked, frozen
			"why":          TypeCode, // password, risk, theft
			"locked_until": TypeMoment, "bound_tail": TypeDigits}},
	{Kind: "pickup_booking", On: OnPhone,
		Gives: map[string]Type{"booking_no": TypeDigits, "slot": TypePeriod, "origin": TypePlace, "destination": TypePlace, "courier": TypeCourier,
			"state": TypeCode, // booked, picked_up
			"count": TypeNumber, "courier_man": TypeName, "courier_phone": TypeDigits}},

	// Facts about the shop's goods, fees and rules.
	{Kind: "quote", On: OnNone, Needs: []string{"destination"}, Optional: []string{"origin", "weight", "courier", "product", "quantity"},
		Gives: checked(map[string]Type{"fee": TypeMoney, "first": TypeMoney, "more": TypeMoney, "weight": TypeNumber, "courier": TypeCourier,
			"days": TypeNumber, "remote": TypeYesNo, "remote_fee": TypeMoney, "free_from": TypeMoney}),
		Refusals: []string{"no_area", "too_heavy", "unknown_place"}},
	{Kind: "prohibited", On: OnNone, Needs: []string{"product"},
		Gives: map[string]Type{
			"verdict": TypeCode, // allowed, forbidden, conditional
			"item":    TypeProduct, "condition": TypeText}},
	{Kind: "pickup_slots", On: OnNone, Needs: []string{"origin"}, Optional: []string{"date"},
		Gives:    checked(map[string]Type{"slots": TypePeriods, "first": TypePeriod, "second": TypePeriod, "count": TypeNumber}),
		Refusals: []string{"no_pickup_area", "no_slot", "unknown_place"}},
	{Kind: "stock", On: OnNone, Needs: []string{"product"}, Optional: []string{"spec"},
		Gives: checked(map[string]Type{"item": TypeProduct, "spec": TypeText, "in_stock": TypeYesNo, "count": TypeNumber, "price": TypeMoney, "specs": TypeTexts,
			"restock": TypeMoment}),
		Refusals: []string{"unknown_product", "unknown_spec"}},
}
