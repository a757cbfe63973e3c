package shop

import "strings"

// stage is how far an order is; several states of the shop's words are one stage.
type stage int

const (
	unpaid stage = iota
	warehouse
	moving
	depot
	out
	station
	signed
	returning
	cancelled
	other
)

// Words for states that the shop itself writes.
const (
	StatusUnpaid     = "待付款"
	StatusWarehouse  = "待发货"
	StatusSigned     = "已签收"
	StatusReturning  = "退货中"
	StatusExchanging = "换货中"
	StatusStopping   = "拦截中"
	StatusRejected   = "拒收退回"
	StatusCancelled  = "已取消"
)

var stages = map[string]stage{
	StatusUnpaid: unpaid, StatusWarehouse: warehouse, "备货中": warehouse,
	"已发货": moving, "运输中": moving, "清关中": moving, "已到网点": depot, "派送中": out, "待取件": station,
	StatusSigned: signed, "已完成": signed,
	StatusReturning: returning, "退款中": returning, StatusExchanging: returning, StatusStopping: returning, StatusRejected: returning, "退回中": returning,
	StatusCancelled: cancelled, "已关闭": cancelled,
}

func (o Order) stage() stage {
	if s, ok := stages[o.Status]; ok {
		return s
	}
	return other
}

// stageRules say for each act and each stage, in the order of the constants, whether the stage allows the act (-) or
// with which code it is refused. What depends on more than the stage is the act's own rule.
var stageRules = map[string][]string{
	//                                   unpaid      warehouse   moving     depot      out        station  signed    returning cancelled other
	UrgeShipment:        strings.Fields("not_paid    -           shipped    shipped    shipped    shipped  signed    returning cancelled -"),
	UrgeDelivery:        strings.Fields("not_shipped not_shipped -          -          -          waiting  signed    returning cancelled -"),
	"courier_callback":  strings.Fields("no_courier  no_courier  -          -          -          -        -         -         cancelled -"),
	"change_address":    strings.Fields("-           -           shipped    shipped    delivering waiting  signed    returning cancelled wrong_state"),
	"redirect":          strings.Fields("not_shipped not_shipped -          -          delivering waiting  signed    returning cancelled wrong_state"),
	"change_phone":      strings.Fields("-           -           -          -          delivering waiting  signed    returning cancelled wrong_state"),
	"change_receiver":   strings.Fields("-           -           -          -          delivering waiting  signed    returning cancelled wrong_state"),
	"cancel_order":      strings.Fields("-           -           shipped    shipped    delivering waiting  signed    returning cancelled wrong_state"),
	"modify_order":      strings.Fields("-           -           shipped    shipped    delivering waiting  signed    returning cancelled wrong_state"),
	"return":            strings.Fields("not_shipped not_shipped not_signed not_signed not_signed not_signed -       returning cancelled wrong_state"),
	"exchange":          strings.Fields("not_shipped not_shipped not_signed not_signed not_signed not_signed -       returning cancelled wrong_state"),
	"withdraw_return":   strings.Fields("no_return   no_return   no_return  no_return  no_return  no_return no_return -        no_return no_return"),
	"intercept":         strings.Fields("not_shipped not_shipped -          -          delivering waiting  signed    returning cancelled wrong_state"),
	"reject":            strings.Fields("not_shipped not_shipped -          -          -          -        signed    returning cancelled wrong_state"),
	"schedule_delivery": strings.Fields("not_shipped not_shipped -          -          -          -        signed    returning cancelled wrong_state"),
	"service_visit":     strings.Fields("not_shipped not_shipped -          -          -          -        -         -         cancelled -"),
	"invoice":           strings.Fields("not_paid    -           -          -          -          -        -         -         cancelled -"),
	"reissue_invoice":   strings.Fields("not_paid    -           -          -          -          -        -         -         cancelled -"),
	"price_protect":     strings.Fields("not_paid    -           -          -          -          -        -         returning cancelled -"),
	"claim":             strings.Fields("not_shipped not_shipped -          -          -          -        -         -         cancelled -"),
	"refund_charge":     strings.Fields("-           -           -          -          -          -        -         -         -         -"),
}

// stageRefuses is the code with which an order's stage refuses an act; empty where it does not.
func (o Order) stageRefuses(act string) string {
	row, ok := stageRules[act]
	if !ok {
		return ""
	}
	if code := row[o.stage()]; code != "-" {
		return code
	}
	return ""
}
