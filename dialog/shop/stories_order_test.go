package shop

var orderStories = map[string]string{
	"cancel": `
		cancel_check 620718450093318840 -> eligible=yes amount=79.80 refund_to=微信 refund_days=3 refund_due=2026-05-17 no-refused
		order 620718450093318840 -> status=待发货
		cancel_order 620718450093318840 reason=不要了 -> done amount=79.80 refund_due=2026-05-17 product=保温杯_2只
		order 620718450093318840 -> status=已取消 refund=退款处理中_79.80_微信_2026-05-17
		cancel_order 620718450093318840 -> repeated amount=79.80
		+25h
		cancel_order 620718450093318840 -> refused=cancelled
		change_address 620718450093318840 address=杭州西湖区文二路1号 -> refused=cancelled
		return 620718450093318840 -> refused=cancelled
		payments 620718450093318840 -> state=refunded refund_to=微信`,
	"cancel one of two": `
		cancel_order 402881590247 product=汤勺 -> done amount=29.00 product=汤勺 refund_to=支付宝
		order 402881590247 -> status=待发货 amount=159.00 gone=汤勺 refund=退款处理中_29.00_支付宝_2026-05-17
		cancel_order 402881590247 product=砂锅 -> done amount=159.00
		order 402881590247 -> status=已取消 refund=退款处理中_188.00_支付宝_2026-05-17`,
	"cancel unpaid": `
		cancel_order 530187742061 -> done amount=5299.00 no-refund_due
		order 530187742061 -> status=已取消 no-refund
		stock - product=笔记本电脑 spec=16G_银色 -> count=4`,
	"cancel too late": `
		cancel_check 620718450093317254 -> eligible=no refused=shipped
		cancel_order 620718450093317254 -> refused=shipped
		cancel_order 815520036641207 -> refused=delivering
		cancel_order 330914478206 -> refused=waiting
		cancel_order 402881573096 -> refused=signed
		cancel_order 471803366520914 -> refused=returning`,
	"address in the warehouse": `
		address_check 620718450093318840 address=西湖区文二路5号 -> eligible=yes act=change_address address=浙江省杭州市西湖区文二路5号
		change_address 620718450093318840 address=南京市鼓楼区中山路1号 -> done address=南京市鼓楼区中山路1号 old_address=浙江省杭州市西湖区文三路88号3幢602
		order 620718450093318840 -> ship_to=南京市鼓楼区中山路1号
		change_address 620718450093318840 address=浙江省杭州市西湖区文三路88号3幢602 -> done
		change_address 620718450093318840 address=南京市鼓楼区中山路1号 -> done
		change_address 620718450093318840 address=南京市鼓楼区中山路1号 -> repeated
		change_address 620718450093318840 address=海南三沙市永兴岛 -> refused=no_area
		change_address 620718450093318840 address=广东某地 -> refused=unknown_place
		order 620718450093318840 -> ship_to=南京市鼓楼区中山路1号`,
	"address on the way": `
		change_address 620718450093317254 address=西湖区文二路5号 -> refused=shipped
		address_check 620718450093317254 address=西湖区文二路5号 -> eligible=yes act=redirect fee=8.00
		redirect 620718450093317254 address=上海市黄浦区南京西路1号 -> refused=cross_city
		address_check 620718450093317254 address=上海市黄浦区南京西路1号 -> refused=cross_city city=杭州
		address_check 620718450093318840 address=三沙 -> refused=no_area
		address_check 620718450093318840 address=广东某地 -> refused=unknown_place
		redirect 620718450093317254 address=三沙 -> refused=no_area
		redirect 620718450093317254 address=广东某地 -> refused=unknown_place
		redirect 620718450093317254 address=西湖区文二路5号 -> done fee=8.00 eta=2026-05-15_18:00
		order 620718450093317254 -> ship_to=浙江省杭州市西湖区文二路5号
		redirect 620718450093318840 address=西湖区文二路5号 -> refused=not_shipped
		redirect 815520036641207 address=成都武侯区 -> refused=delivering
		address_check 402881573096 address=南京市玄武区 -> eligible=no refused=signed`,
	"receiver and phone": `
		change_receiver 620718450093318840 receiver=林妈妈 phone=13900001111 -> done receiver=林妈妈 phone=13900001111
		change_phone 620718450093318840 phone=13900002222 -> done phone=13900002222
		order 620718450093318840 -> receiver=林妈妈 receiver_phone=13900002222
		change_phone 815520036641207 phone=13900002222 -> refused=delivering
		change_receiver 330914478206 receiver=王芳 -> refused=waiting
		change_phone 907745120038 phone=13900002222 -> done`,
	"variant": `
		modify_check 245519860733 spec=42码 -> eligible=yes spec=黑色_42码 amount=469.00
		modify_order 245519860733 spec=42码 -> done spec=黑色_42码
		order 245519860733 -> spec=黑色_42码
		stock - product=跑步鞋 spec=黑色_42码 -> count=5
		stock - product=跑步鞋 spec=黑色_41码 -> count=9
		modify_order 245519860733 spec=白色 -> refused=no_stock restock=2026-05-19
		modify_order 245519860733 spec=50码 -> refused=unknown_spec
		modify_order 245519860733 quantity=3 -> refused=price_differs dearer=yes difference=938.00
		modify_check 245519860733 spec=白色 -> refused=no_stock
		modify_check 245519860733 spec=50码 -> refused=unknown_spec
		modify_check 245519860733 quantity=3 -> refused=price_differs
		modify_check 402881590247 spec=大号 -> refused=merchant_must_agree
		modify_order 402881590247 spec=大号 -> refused=merchant_must_agree
		modify_order 973341620585 quantity=二 -> refused=price_differs`,
	"more and less": `
		modify_order 620718450093318840 quantity=1 note=送人的 -> done quantity=1 amount=39.90 note=送人的 difference=39.90 dearer=no
		order 620718450093318840 -> quantity=1 amount=39.90 note=送人的 refund=退款处理中_39.90_微信_2026-05-17
		stock - product=保温杯 spec=白色 -> count=30
		modify_order 530187742061 spec=32G -> done spec=32G_银色 amount=6299.00 dearer=yes
		modify_order 530187742061 quantity=2 -> done amount=12598.00
		modify_order 530187742061 courier=顺丰 -> done courier=顺丰
		modify_order 530187742061 courier=火箭 -> refused=merchant_must_agree
		modify_order 620718450093317254 note=轻放 -> refused=shipped`,
	"urge": `
		ship_promise 973341620585 -> late=yes late_hours=40 compensation=16.95 urged=0 ship_by=2026-05-12_18:00
		urge_shipment 973341620585 -> done compensation=16.95 urged=1
		urge_shipment 973341620585 -> repeated
		+25h
		urge_shipment 973341620585 -> done urged=2
		ship_promise 620718450093318840 -> late=no urged=0 no-compensation
		urge_shipment 620718450093317254 -> refused=shipped
		urge_shipment 530187742061 -> refused=not_paid
		urge_delivery 815520036641207 -> done eta=2026-05-14_14:00 urged=1
		urge_delivery 620718450093318840 -> refused=not_shipped
		urge_delivery 330914478206 -> refused=waiting
		courier_callback 815520036641207 -> done courier_man=陈师傅 phone=18672045519
		courier_callback 739264105583 -> refused=no_courier`,
	"intercept and reject": `
		intercept_check 620718450093317254 -> eligible=yes fee=10.00 amount=259.00 refund_days=3 no-refund_due
		intercept 620718450093317254 reason=寄错了 -> done fee=10.00 amount=259.00
		order 620718450093317254 -> status=拦截中 refund=待寄回_259.00_微信_
		intercept 620718450093317254 -> repeated
		intercept 815520036641207 -> refused=delivering
		intercept 402881573096 -> refused=signed
		intercept 620718450093318840 -> refused=not_shipped
		reject 815520036641207 -> done amount=218.00 refund_to=支付宝
		order 815520036641207 -> status=拒收退回
		reject 402881573096 -> refused=signed
		reject 620718450093318840 -> refused=not_shipped`,
}

var returnStories = map[string]string{
	"return and back": `
		return_eligibility 402881573096 -> eligible=yes until=2026-05-19 amount=259.00 refund_to=支付宝 freight_by=buyer freight=10.00
		return 402881573096 reason=不合适 -> done amount=259.00 return_no=202605140004 send_by=2026-05-21
		order 402881573096 -> status=退货中 refund=待寄回_259.00_支付宝_
		return 402881573096 reason=颜色不好 -> repeated return_no=202605140004
		withdraw_return 402881573096 -> done product=连衣裙
		order 402881573096 -> status=已签收 no-refund
		return 402881573096 -> done return_no=202605140005
		exchange 402881573096 spec=L -> refused=returning`,
	"not returnable": `
		return_eligibility 620718450093305127 -> eligible=no refused=past_window until=2026-05-09
		return 650228914703 -> refused=not_returnable
		return_eligibility 650228914703 -> refused=not_returnable
		withdraw_return 7100 -> refused=picked_up
		return_eligibility 650228914703 issue=破损 -> eligible=yes freight_by=seller no-freight
		return 716630428895 -> refused=past_window
		return 716630428895 issue=质量 -> done freight_by=seller
		return 620718450093317254 -> refused=not_signed
		return 620718450093318840 -> refused=not_shipped
		withdraw_return 620718450093318840 -> refused=no_return
		withdraw_return 471803366520914 -> refused=no_return`,
	"exchange": `
		exchange_check 402881573096 spec=L -> eligible=yes spec=L_藏青 no-difference
		exchange_check 402881573096 spec=大一码 -> eligible=yes spec=L_藏青
		exchange_check 402881573096 spec=大号 -> eligible=yes spec=L_藏青
		exchange_check 402881573096 spec=小号 -> eligible=no refused=no_stock
		exchange_check 402881573096 spec=均码 -> eligible=no refused=unknown_spec specs=M_藏青|L_藏青|M_米白|XL_藏青
		exchange 402881573096 spec=S -> refused=no_stock restock=2026-05-21
		exchange 402881573096 spec=XL -> refused=price_differs difference=20.00 dearer=yes
		exchange 402881573096 spec=米白 -> done spec=M_米白 exchange_no=202605140004
		order 402881573096 -> status=换货中 spec=M_藏青 no-refund
		stock - product=连衣裙 spec=M_米白 -> count=1
		withdraw_return 402881573096 -> done
		stock - product=连衣裙 spec=M_米白 -> count=2
		stock - product=连衣裙 spec=M_藏青 -> count=4
		exchange 620718450093305127 spec=白色 -> refused=past_window
		exchange 620718450093317254 spec=白色 -> refused=not_signed
		exchange 402881573096 spec=均码 -> refused=unknown_spec
		exchange_check 402881573096 spec=XL -> refused=price_differs
		exchange_check 620718450093305127 spec=白色 -> refused=past_window
		exchange_check 650228914703 spec=大 -> refused=not_returnable
		exchange 650228914703 spec=大 -> refused=not_returnable`,
}
