package shop

// Kinds of actions that the program itself names.
const (
	UrgeDelivery = "urge_delivery"
	UrgeShipment = "urge_shipment"
)

// acts are all things that a caller may have done.
var acts = []Spec{
	{Kind: UrgeShipment, On: OnOrder, Write: true,
		Gives:    map[string]Type{"ship_by": TypeMoment, "urged": TypeNumber, "compensation": TypeMoney},
		Refusals: []string{"shipped", "not_paid", "signed", "returning", "cancelled"}},
	{Kind: UrgeDelivery, On: OnOrder, Write: true,
		Gives:    map[string]Type{"eta": TypeMoment, "urged": TypeNumber},
		Refusals: []string{"not_shipped", "waiting", "signed", "returning", "cancelled"}},
	{Kind: "courier_callback", On: OnOrder, Write: true,
		Gives:    map[string]Type{"courier_man": TypeName, "phone": TypeDigits},
		Refusals: []string{"no_courier", "cancelled"}},

	// What is written on the parcel.
	{Kind: "change_address", On: OnOrder, Write: true, Needs: []string{"address"},
		Gives:    map[string]Type{"address": TypePlace, "old_address": TypePlace},
		Refusals: []string{"shipped", "delivering", "waiting", "signed", "returning", "cancelled", "no_area", "unknown_place", "wrong_state"}},
	{Kind: "redirect", On: OnOrder, Write: true, Needs: []string{"address"},
		Gives: map[string]Type{"address": TypePlace, "old_address": TypePlace, "city": TypePlace, "fee": TypeMoney, "eta": TypeMoment},
		Refusals: []string{"not_shipped", "cross_city", "delivering", "waiting", "signed", "returning", "cancelled", "no_area", "unknown_place",
			"wrong_state"}},
	{Kind: "change_phone", On: OnOrder, Write: true, Needs: []string{"phone"},
		Gives:    map[string]Type{"phone": TypeDigits},
		Refusals: []string{"delivering", "waiting", "signed", "returning", "cancelled", "wrong_state"}},
	{Kind: "change_receiver", On: OnOrder, Write: true, Needs: []string{"receiver"}, Optional: []string{"phone"},
		Gives:    map[string]Type{"receiver": TypeName, "phone": TypeDigits},
		Refusals: []string{"delivering", "waiting", "signed", "returning", "cancelled", "wrong_state"}},

	// The order itself.
	{Kind: "cancel_order", On: OnOrder, Write: true, Optional: []string{"product", "reason"},
		Gives:    refunding(map[string]Type{"refund_due": TypeMoment, "product": TypeProduct}),
		Refusals: []string{"shipped", "delivering", "waiting", "signed", "returning", "cancelled", "wrong_state"}},
	{Kind: "modify_order", On: OnOrder, Write: true, Optional: []string{"spec", "quantity", "courier", "note"}, Any: true,
		Gives: map[string]Type{"spec": TypeText, "quantity": TypeNumber, "courier": TypeCourier, "note": TypeText, "amount": TypeMoney,
			"specs": TypeTexts, "difference": TypeMoney, "dearer": TypeYesNo, "restock": TypeMoment},
		Refusals: []string{"shipped", "delivering", "waiting", "signed", "returning", "cancelled", "no_stock", "price_differs", "unknown_spec",
			"merchant_must_agree", "wrong_state"}},
	{Kind: "return", On: OnOrder, Write: true, Optional: []string{"reason", "issue", "product"},
		Gives: refunding(map[string]Type{"return_no": TypeDigits, "return_to": TypePlace, "send_by": TypeMoment,
			"freight_by": TypeCode, "freight": TypeMoney, "product": TypeProduct, "until": TypeMoment}),
		Refusals: []string{"not_signed", "not_shipped", "past_window", "not_returnable", "returning", "cancelled", "wrong_state"}},
	{Kind: "exchange", On: OnOrder, Write: true, Needs: []string{"spec"}, Optional: []string{"reason", "issue", "product"},
		Gives: map[string]Type{"exchange_no": TypeDigits, "spec": TypeText, "return_to": TypePlace, "send_by": TypeMoment, "product": TypeProduct,
			"specs": TypeTexts, "until": TypeMoment, "difference": TypeMoney, "price": TypeMoney, "dearer": TypeYesNo, "restock": TypeMoment},
		Refusals: []string{"not_signed", "not_shipped", "past_window", "not_returnable", "returning", "cancelled", "no_stock", "price_differs",
			"unknown_spec", "wrong_state"}},
	{Kind: "withdraw_return", On: OnOrder, Write: true, // of a return or an exchange that was not sent back yet
		Gives:    map[string]Type{"product": TypeProduct},
		Refusals: []string{"no_return", "picked_up"}},
	{Kind: "intercept", On: OnOrder, Write: true, Optional: []string{"reason"},
		Gives:    refunding(map[string]Type{"fee": TypeMoney}),
		Refusals: []string{"not_shipped", "delivering", "waiting", "signed", "returning", "cancelled", "wrong_state"}},
	{Kind: "reject", On: OnOrder, Write: true, Optional: []string{"reason"},
		Gives:    refunding(nil),
		Refusals: []string{"not_shipped", "signed", "returning", "cancelled", "wrong_state"}},

	// Appointments.
	{Kind: "schedule_delivery", On: OnOrder, Write: true, Optional: []string{"date", "time", "place"}, Any: true,
		Gives:    map[string]Type{"slot": TypePeriod, "place": TypePlace, "slots": TypePeriods},
		Refusals: []string{"not_shipped", "signed", "returning", "cancelled", "no_slot", "wrong_state"}},
	{Kind: "send_parcel", On: OnPhone, Write: true, Needs: []string{"origin", "destination"},
		Optional: []string{"product", "weight", "courier", "date", "time", "name"},
		Gives: map[string]Type{"booking_no": TypeDigits, "slot": TypePeriod, "fee": TypeMoney, "origin": TypePlace, "destination": TypePlace,
			"courier": TypeCourier, "condition": TypeText, "days": TypeNumber, "slots": TypePeriods},
		Refusals: []string{"prohibited", "no_pickup_area", "no_area", "no_slot", "too_heavy", "unknown_place"}},
	{Kind: "change_pickup", On: OnPhone, Write: true, Optional: []string{"date", "time", "number"}, Any: true,
		Gives:    map[string]Type{"booking_no": TypeDigits, "slot": TypePeriod, "slots": TypePeriods},
		Refusals: []string{"no_booking", "picked_up", "no_slot"}},
	{Kind: "cancel_pickup", On: OnPhone, Write: true, Optional: []string{"number"},
		Gives:    map[string]Type{"booking_no": TypeDigits},
		Refusals: []string{"no_booking", "picked_up"}},
	{Kind: "service_visit", On: OnOrder, Write: true, Optional: []string{"service", "date", "time", "issue"},
		Gives:    map[string]Type{"visit_no": TypeDigits, "slot": TypePeriod, "fee": TypeMoney, "slots": TypePeriods},
		Refusals: []string{"no_service", "no_slot", "not_shipped", "not_signed", "cancelled"}},

	// Money and papers.
	{Kind: "invoice", On: OnOrder, Write: true, Needs: []string{"invoice_title"}, Optional: []string{"invoice_type", "tax_no", "email"},
		Gives:    map[string]Type{"invoice_title": TypeText, "invoice_type": TypeText, "amount": TypeMoney, "due": TypeMoment},
		Refusals: []string{"bad_tax_no", "tax_no_missing", "already_done", "not_paid", "cancelled"}},
	{Kind: "reissue_invoice", On: OnOrder, Write: true, Needs: []string{"invoice_title"}, Optional: []string{"invoice_type", "tax_no", "email"},
		Gives:    map[string]Type{"invoice_title": TypeText, "invoice_type": TypeText, "amount": TypeMoney, "due": TypeMoment},
		Refusals: []string{"bad_tax_no", "tax_no_missing", "not_paid", "cancelled"}},
	{Kind: "price_protect", On: OnOrder, Write: true,
		Gives:    refunding(map[string]Type{"refund_due": TypeMoment, "paid": TypeMoney, "current": TypeMoney, "until": TypeMoment, "days": TypeNumber}),
		Refusals: []string{"past_window", "no_difference", "not_covered", "not_paid", "already_done", "returning", "cancelled"}},
	{Kind: "claim", On: OnOrder, Write: true, Optional: []string{"amount", "issue", "reason", "product"},
		Gives: map[string]Type{"claim_no": TypeDigits, "amount": TypeMoney, "due": TypeMoment, "materials": TypeTexts,
			"rule": TypeCode, "insured": TypeMoney, "most": TypeMoney, "days": TypeNumber},
		Refusals: []string{"not_shipped", "past_window", "not_damaged", "already_done", "disputed", "cancelled"}},
	{Kind: "refund_charge", On: OnOrder, Write: true, // of an order that was paid twice
		Gives:    refunding(map[string]Type{"refund_due": TypeMoment}),
		Refusals: []string{"no_charge", "already_done"}},
	{Kind: "resend_coupon", On: OnPhone, Write: true,
		Gives:    map[string]Type{"coupon_name": TypeText, "coupon_amount": TypeMoney, "coupon_until": TypeMoment},
		Refusals: []string{"no_coupon", "past_window", "already_done"}},
}
