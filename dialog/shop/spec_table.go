package shop

// specs is the table of all kinds. Flows are checked against it when they are loaded, and every shop answers by it.
var specs = byKind(checks, lookups, acts)

func byKind(lists ...[]Spec) map[string]Spec {
	all := map[string]Spec{}
	for _, list := range lists {
		for _, s := range list {
			all[s.Kind] = s
		}
	}
	return all
}

// refunding adds what every payment back to the buyer comes with.
// refund_days are the days that the money takes once the shop sends it: at once where refund_due is given, after the
// goods have come back where it is not.
func refunding(more map[string]Type) map[string]Type {
	out := map[string]Type{"amount": TypeMoney, "refund_to": TypeText, "refund_days": TypeNumber}
	for name, t := range more {
		out[name] = t
	}
	return out
}

// checked adds what every question with refusals gives.
func checked(gives map[string]Type) map[string]Type {
	gives[FactEligible], gives[FactRefused] = TypeYesNo, TypeCode
	return gives
}

// checks are the questions whether an act would be done, and what it would cost, give back or need.
var checks = []Spec{
	{Kind: "cancel_check", On: OnOrder, Optional: []string{"product"}, Gives: checked(refunding(map[string]Type{"refund_due": TypeMoment, "product": TypeProduct})),
		Refusals: []string{"shipped", "delivering", "waiting", "signed", "returning", "cancelled", "wrong_state"}},
	{Kind: "address_check", On: OnOrder, Needs: []string{"address"},
		Gives: checked(map[string]Type{
			"act":     TypeCode, // change_address in the warehouse, redirect on the way
			"address": TypePlace, "city": TypePlace, "fee": TypeMoney}),
		Refusals: []string{"cross_city", "delivering", "waiting", "signed", "returning", "cancelled", "no_area", "unknown_place", "wrong_state"}},
	{Kind: "modify_check", On: OnOrder, Optional: []string{"spec", "quantity", "courier", "note"}, Any: true,
		Gives: checked(map[string]Type{"spec": TypeText, "quantity": TypeNumber, "courier": TypeCourier, "amount": TypeMoney, "specs": TypeTexts,
			"note": TypeText, "difference": TypeMoney, "dearer": TypeYesNo, "restock": TypeMoment}),
		Refusals: []string{"shipped", "delivering", "waiting", "signed", "returning", "cancelled", "no_stock", "price_differs", "unknown_spec",
			"merchant_must_agree", "wrong_state"}},
	{Kind: "return_eligibility", On: OnOrder, Optional: []string{"reason", "issue", "product"},
		Gives: checked(refunding(map[string]Type{
			"until":      TypeMoment, // last day
			"freight_by": TypeCode,   // buyer or seller
			"freight":    TypeMoney,  // about what sending it back costs, where the buyer pays
			"return_to":  TypePlace, "send_by": TypeMoment, "product": TypeProduct})),
		Refusals: []string{"not_signed", "not_shipped", "past_window", "not_returnable", "returning", "cancelled", "wrong_state"}},
	{Kind: "exchange_check", On: OnOrder, Needs: []string{"spec"}, Optional: []string{"reason", "issue", "product"},
		Gives: checked(map[string]Type{
			"spec": TypeText, "specs": TypeTexts, // those in stock
			"until": TypeMoment, "difference": TypeMoney, "price": TypeMoney,
			"dearer":  TypeYesNo, // the wanted variant costs more
			"restock": TypeMoment, "return_to": TypePlace, "send_by": TypeMoment, "product": TypeProduct}),
		Refusals: []string{"not_signed", "not_shipped", "past_window", "not_returnable", "returning", "cancelled", "no_stock", "price_differs", "unknown_spec",
			"wrong_state"}},
	{Kind: "intercept_check", On: OnOrder,
		Gives:    checked(refunding(map[string]Type{"fee": TypeMoney})),
		Refusals: []string{"not_shipped", "delivering", "waiting", "signed", "returning", "cancelled", "wrong_state"}},
	{Kind: "price_protection", On: OnOrder,
		Gives:    checked(refunding(map[string]Type{"paid": TypeMoney, "current": TypeMoney, "refund_due": TypeMoment, "until": TypeMoment, "days": TypeNumber})),
		Refusals: []string{"past_window", "no_difference", "not_covered", "not_paid", "already_done", "returning", "cancelled"}},
	{Kind: "claim_quote", On: OnOrder, Optional: []string{"amount", "issue", "reason"},
		Gives: checked(map[string]Type{
			"rule":    TypeCode, // insured, uninsured, late
			"insured": TypeMoney, "most": TypeMoney, "amount": TypeMoney, "materials": TypeTexts, "days": TypeNumber}),
		Refusals: []string{"not_shipped", "past_window", "not_damaged", "already_done", "disputed", "cancelled"}},
	{Kind: "send_check", On: OnNone, Needs: []string{"origin", "destination"}, Optional: []string{"product", "weight", "courier", "date", "time"},
		Gives: checked(map[string]Type{"fee": TypeMoney, "days": TypeNumber, "courier": TypeCourier, "slots": TypePeriods, "slot": TypePeriod,
			"condition": TypeText}),
		Refusals: []string{"prohibited", "no_pickup_area", "no_area", "no_slot", "too_heavy", "unknown_place"}},
}
