package shop

import (
	"net/http"
	"strings"
)

// route is where an order service takes one kind. A question by GET has its values in the query, one by POST (what a
// caller tells of addresses does not belong into access logs) and every action in the body.
type route struct{ method, path string }

var routes = map[string]route{
	"cancel_check":       {http.MethodGet, "/orders/{order_no}/cancel"},
	"address_check":      {http.MethodPost, "/orders/{order_no}/address/check"},
	"modify_check":       {http.MethodGet, "/orders/{order_no}/modification"},
	"return_eligibility": {http.MethodGet, "/orders/{order_no}/return-eligibility"},
	"exchange_check":     {http.MethodGet, "/orders/{order_no}/exchange-eligibility"},
	"intercept_check":    {http.MethodGet, "/orders/{order_no}/intercept"},
	"price_protection":   {http.MethodGet, "/orders/{order_no}/price-protection"},
	"claim_quote":        {http.MethodGet, "/orders/{order_no}/claim-rules"},
	"send_check":         {http.MethodPost, "/shipments/check"},
	"ship_promise":       {http.MethodGet, "/orders/{order_no}/ship-promise"},
	"delivery_slots":     {http.MethodGet, "/orders/{order_no}/delivery-slots"},
	"delivery_proof":     {http.MethodGet, "/orders/{order_no}/proof-of-delivery"},
	"open_ticket":        {http.MethodGet, "/orders/{order_no}/ticket"},
	"payments":           {http.MethodGet, "/orders/{order_no}/payments"},
	"charges":            {http.MethodGet, "/payments"},
	"invoice_state":      {http.MethodGet, "/orders/{order_no}/invoice"},
	"service_options":    {http.MethodGet, "/orders/{order_no}/services"},
	"benefits":           {http.MethodGet, "/benefits"},
	"account_state":      {http.MethodGet, "/account"},
	"pickup_booking":     {http.MethodGet, "/shipments"},
	"quote":              {http.MethodPost, "/quote"},
	"prohibited":         {http.MethodGet, "/prohibited"},
	"pickup_slots":       {http.MethodPost, "/shipments/slots"},
	"stock":              {http.MethodGet, "/stock"},

	UrgeShipment:        {http.MethodPost, "/orders/{order_no}/urge-shipment"},
	UrgeDelivery:        {http.MethodPost, "/orders/{order_no}/urge-delivery"},
	"courier_callback":  {http.MethodPost, "/orders/{order_no}/courier-callback"},
	"change_address":    {http.MethodPost, "/orders/{order_no}/address"},
	"redirect":          {http.MethodPost, "/orders/{order_no}/redirect"},
	"change_phone":      {http.MethodPost, "/orders/{order_no}/phone"},
	"change_receiver":   {http.MethodPost, "/orders/{order_no}/receiver"},
	"cancel_order":      {http.MethodPost, "/orders/{order_no}/cancel"},
	"modify_order":      {http.MethodPatch, "/orders/{order_no}"},
	"return":            {http.MethodPost, "/orders/{order_no}/return"},
	"exchange":          {http.MethodPost, "/orders/{order_no}/exchange"},
	"withdraw_return":   {http.MethodDelete, "/orders/{order_no}/return"},
	"intercept":         {http.MethodPost, "/orders/{order_no}/intercept"},
	"reject":            {http.MethodPost, "/orders/{order_no}/reject"},
	"schedule_delivery": {http.MethodPost, "/orders/{order_no}/schedule"},
	"send_parcel":       {http.MethodPost, "/shipments"},
	"change_pickup":     {http.MethodPatch, "/shipments"},
	"cancel_pickup":     {http.MethodDelete, "/shipments"},
	"service_visit":     {http.MethodPost, "/orders/{order_no}/services"},
	"invoice":           {http.MethodPost, "/orders/{order_no}/invoice"},
	"reissue_invoice":   {http.MethodPut, "/orders/{order_no}/invoice"},
	"price_protect":     {http.MethodPost, "/orders/{order_no}/price-protection"},
	"claim":             {http.MethodPost, "/orders/{order_no}/claim"},
	"refund_charge":     {http.MethodPost, "/orders/{order_no}/payments/refund"},
	"resend_coupon":     {http.MethodPost, "/benefits/coupon"},
}

// at is the path for one order.
func (r route) at(order string) string { return strings.Replace(r.path, "{order_no}", order, 1) }

// request is the body of every request that has one.
type request struct {
	Order  string            `json:"order_no,omitempty"`
	Phone  string            `json:"phone,omitempty"`
	Values map[string]string `json:"values,omitempty"`
	Call   string            `json:"call,omitempty"`
	At     string            `json:"at,omitempty"` // RFC 3339
}

// answers are the facts of a question.
type answers struct {
	Facts Facts `json:"facts"`
}
