package shop

var appointmentStories = map[string]string{
	"delivery": `
		delivery_slots 264093517780 -> eligible=yes slots=2026-05-15_上午|2026-05-16_下午 count=2 first=2026-05-15_上午 second=2026-05-16_下午 no-booked
		delivery_slots 264093517780 date=2026-05-16 -> count=1 first=2026-05-16_下午
		delivery_slots 264093517780 date=2026-05-20 -> eligible=no refused=no_slot slots=2026-05-15_上午|2026-05-16_下午
		schedule_delivery 264093517780 date=2026-05-16 time=上午 -> refused=no_slot slots=2026-05-15_上午|2026-05-16_下午
		schedule_delivery 264093517780 date=2026-05-16 time=下午三点 -> done slot=2026-05-16_下午
		order 264093517780 -> booked=2026-05-16_下午 slots=2026-05-15_上午
		delivery_slots 264093517780 -> booked=2026-05-16_下午 count=1
		schedule_delivery 264093517780 date=2026-05-15 -> done slot=2026-05-15_上午
		order 264093517780 -> booked=2026-05-15_上午 slots=2026-05-16_下午
		schedule_delivery 264093517780 place=门卫 -> done place=门卫 no-slot
		order 264093517780 -> place=门卫 booked=2026-05-15_上午
		schedule_delivery 264093517780 date=下雨天 -> refused=no_slot
		delivery_slots 402881573096 -> eligible=no refused=signed
		schedule_delivery 620718450093318840 date=2026-05-16 -> refused=not_shipped
		delivery_slots 815520036641207 -> first=2026-05-14_下午
		schedule_delivery 815520036641207 time=六点半下班后 -> done slot=2026-05-14_晚上`,
	"send": `
		pickup_slots - origin=杭州西湖区 -> eligible=yes first=2026-05-14_下午
		pickup_slots - origin=杭州西湖区 date=2026-06-20 -> refused=no_slot
		pickup_slots - origin=拉萨城关区 -> refused=no_pickup_area
		pickup_slots - origin=老家 -> refused=unknown_place
		send_check - origin=杭州西湖区 destination=乌鲁木齐 weight=三公斤 -> eligible=yes fee=54.00 days=6 slot=2026-05-14_下午
		send_parcel 13901286634 origin=文三路88号 destination=长沙岳麓区麓山路9号 weight=2.5kg product=衣服 date=2026-05-15 time=上午 -> done booking_no=202605140004 slot=2026-05-15_上午 fee=21.00 origin=杭州文三路88号
		pickup_booking 13901286634 -> booking_no=202605140004 state=booked count=1 slot=2026-05-15_上午
		change_pickup 13901286634 time=下午 -> done slot=2026-05-15_下午
		change_pickup 13901286634 date=2026-05-16 -> done slot=2026-05-16_上午
		change_pickup 13901286634 date=2026-07-16 -> refused=no_slot
		cancel_pickup 13901286634 -> done booking_no=202605140004
		pickup_booking 13901286634 -> no-booking_no
		cancel_pickup 13901286634 number=1 -> refused=no_booking
		change_pickup 13901286634 time=晚上 -> refused=no_booking
		send_parcel 13901286634 origin=文三路88号 destination=长沙 product=鞭炮 -> refused=prohibited
		send_parcel 13901286634 origin=文三路88号 destination=长沙 product=充电宝 -> done condition=单独的锂电池不收，装在设备里的可以走陆运
		send_parcel 13901286634 origin=文三路88号 destination=长沙 weight=80斤 -> refused=too_heavy
		send_parcel 13901286634 origin=文三路88号 destination=三沙 -> refused=no_area
		send_parcel 13901286634 origin=文三路88号 destination=老家 -> refused=unknown_place
		send_parcel 13901286634 origin=拉萨 destination=长沙 -> refused=no_pickup_area
		send_parcel 13901286634 origin=文三路88号 destination=长沙 date=2026-08-01 -> refused=no_slot
		send_check - origin=文三路 destination=长沙 -> refused=unknown_place
		send_check - origin=杭州 destination=长沙 product=汽油 -> refused=prohibited
		send_check - origin=拉萨 destination=长沙 -> refused=no_pickup_area
		send_check - origin=杭州 destination=三沙 -> refused=no_area
		send_check - origin=杭州 destination=长沙 weight=40公斤 -> refused=too_heavy
		send_check - origin=杭州 destination=长沙 date=明年 -> refused=no_slot`,
	"booked before": `
		pickup_booking 17388240615 -> booking_no=202605140003 slot=2026-05-14_下午 courier=顺丰
		change_pickup 17388240615 date=2026-05-15 time=晚上七点 -> done slot=2026-05-15_晚上 booking_no=202605140003`,
	"fetched": `
		pickup_booking 13700000000 -> state=picked_up count=0
		change_pickup 13700000000 date=2026-05-15 -> refused=picked_up
		cancel_pickup 13700000000 -> refused=picked_up`,
	"fees": `
		quote - destination=新疆 -> eligible=yes fee=30.00 first=22.00 more=12.00 remote=yes remote_fee=8.00 days=6 weight=1 free_from=99.00
		quote - destination=杭州 origin=杭州 weight=两公斤半 -> fee=11.00 weight=3 remote=no no-remote_fee
		quote - destination=宁波 origin=杭州 weight=500克 -> fee=10.00
		quote - destination=广州 -> fee=13.00 days=3
		quote - destination=三沙 -> refused=no_area
		quote - destination=广州 weight=1吨 -> refused=too_heavy
		quote - destination=远方 -> refused=unknown_place
		prohibited - product=充电宝 -> verdict=conditional item=充电宝
		prohibited - product=烟花爆竹 -> verdict=forbidden no-condition
		prohibited - product=衣服 -> verdict=allowed`,
	"visits": `
		service_options 716630428895 -> eligible=yes warranty_until=2028-05-04 in_warranty=yes fee=0.00 first=2026-05-15_上午 count=9
		service_visit 716630428895 issue=不转了 date=2026-05-16 time=上午 -> done slot=2026-05-16_上午 visit_no=202605140004 fee=0.00
		tickets 202605140004 -> 上门服务
		service_options 716630428895 -> booked=2026-05-16_上午
		service_visit 716630428895 date=2026-05-17 -> done slot=2026-05-17_上午 visit_no=202605140004
		service_visit 716630428895 date=2026-09-17 -> refused=no_slot
		service_options 716630428895 date=2026-09-17 -> refused=no_slot
		service_options 119073358462 service=repair -> in_warranty=no fee=80.00 warranty_until=2025-03-10
		service_visit 264093517780 service=install date=2026-05-16 -> done slot=2026-05-16_上午 fee=0.00
		service_visit 264093517780 service=repair -> refused=not_signed
		service_options 264093517780 service=repair -> refused=not_signed
		service_visit 402881573096 -> refused=no_service
		service_options 716630428895 service=install -> refused=no_service
		service_visit 973341620585 -> refused=not_shipped`,
}

var moneyStories = map[string]string{
	"invoice": `
		invoice_state 716630428895 -> state=none amount=1299.00
		invoice 716630428895 invoice_title=个人 -> done invoice_type=电子发票 amount=1299.00 due=2026-05-15
		order 716630428895 -> invoice=开具中_个人
		invoice_state 716630428895 -> state=pending invoice_title=个人 due=2026-05-15
		invoice 716630428895 invoice_title=个人 -> repeated
		invoice 716630428895 invoice_title=云栖科技有限公司 -> refused=already_done invoice_title=个人
		reissue_invoice 716630428895 invoice_title=云栖科技有限公司 -> refused=tax_no_missing
		reissue_invoice 716630428895 invoice_title=云栖科技有限公司 tax_no=91330106MA2CFXXXXX -> refused=bad_tax_no
		reissue_invoice 716630428895 invoice_title=云栖科技有限公司 tax_no=91350100M000100Y43 -> done
		order 716630428895 -> invoice=开具中_云栖科技有限公司
		invoice_state 650228914703 -> state=issued issued_at=2026-05-12 invoice_no=26112000000048215530
		invoice 650228914703 invoice_title=彭思远 -> refused=already_done
		invoice 530187742061 invoice_title=个人 -> refused=not_paid
		reissue_invoice 530187742061 invoice_title=个人 -> refused=not_paid
		invoice 620718450093305127 invoice_title=个人 invoice_type=专票 -> refused=tax_no_missing
		invoice 620718450093305127 invoice_title=个人 tax_no=123 -> refused=bad_tax_no`,
	"price": `
		price_protection 620718450093305127 -> eligible=yes amount=20.00 paid=129.00 current=109.00 until=2026-05-28 days=30 refund_due=2026-05-17
		price_protect 620718450093305127 -> done amount=20.00 refund_to=微信
		order 620718450093305127 -> refund=退款处理中_20.00_微信_2026-05-17
		price_protect 620718450093305127 -> repeated amount=20.00
		price_protection 620718450093305127 -> refused=already_done
		+25h
		price_protect 620718450093305127 -> refused=already_done
		price_protection 402881573096 -> eligible=no refused=no_difference
		price_protect 402881573096 -> refused=no_difference
		price_protection 739264105583 -> refused=not_covered
		price_protect 402881590247 -> refused=not_covered
		price_protection 530187742061 -> refused=not_paid
		+800h
		price_protection 716630428895 -> refused=past_window until=2026-06-02
		price_protect 716630428895 -> refused=past_window`,
	"claim": `
		claim_quote 907745120038 -> eligible=yes rule=insured insured=458.00 most=458.00 amount=458.00 materials=商品照片|外包装照片|购买凭证 days=3
		claim 907745120038 amount=600 -> refused=disputed most=458.00
		claim_quote 907745120038 amount=600 -> refused=disputed
		claim 907745120038 -> done amount=458.00 claim_no=202605140004 due=2026-05-17
		tickets 202605140004 -> 理赔
		claim 907745120038 -> repeated
		claim 907745120038 amount=400 -> refused=already_done
		claim_quote 907745120038 -> refused=already_done
		claim_quote 739264105583 -> eligible=yes rule=late amount=13.00
		claim_quote 402881573096 -> eligible=no refused=not_damaged
		claim 402881573096 -> refused=not_damaged
		claim_quote 402881573096 issue=破损 -> rule=uninsured most=30.00 amount=30.00
		claim 402881573096 issue=破损 amount=25.5 -> done amount=25.50
		claim 620718450093318840 -> refused=not_shipped
		+1000h
		claim 716630428895 issue=破损 -> refused=past_window
		claim_quote 716630428895 issue=破损 -> refused=past_window`,
	"payments": `
		payments 245519860733 -> state=double paid=469.00 extra=469.00 count=2 method=微信 paid_at=2026-05-13_20:11
		refund_charge 245519860733 -> done amount=469.00 refund_to=微信 refund_due=2026-05-17 refund_days=3
		payments 245519860733 -> state=refunded extra=469.00 count=1
		+25h
		refund_charge 245519860733 -> refused=already_done
		refund_charge 402881573096 -> refused=no_charge
		payments 530187742061 -> state=failed pay_until=2026-05-14_22:00 installments=3期|6期|12期
		payments 402881573096 -> state=paid paid=259.00 method=支付宝 no-count
		charges 13066152287 -> state=orphan amount=76.50 refund_due=2026-05-16 count=1
		charges 13901286634 -> state=none count=0`,
	"benefits": `
		benefits 13901286634 -> points=3260 points_worth=32.60 points_until=2026-12-31 level=vip coupons=1 coupon_name=满二百减三十券 coupon_amount=30.00 coupon_min=200.00 coupon_until=2026-05-31 blocked_name=生鲜券 blocked_why=category blocked_category=生鲜
		benefits 15811932704 -> member_until=2026-08-02 member_fee=148.00 renews=yes red_packet=6.66 coupons=1 coupon_name=运费券 blocked_why=expired blocked_until=2026-05-12
		resend_coupon 15811932704 -> done coupon_name=满一百减二十券 coupon_amount=20.00 coupon_until=2026-05-21
		benefits 15811932704 -> coupons=2 coupon_name=满一百减二十券
		resend_coupon 15811932704 -> repeated
		+25h
		resend_coupon 15811932704 -> refused=already_done
		resend_coupon 13901286634 -> refused=no_coupon
		resend_coupon 13900000000 -> refused=no_coupon
		benefits 13900000000 -> no-points
		+1000h
		resend_coupon 13901286634 -> refused=past_window
		benefits 15811932704 -> no-red_packet coupons=0`,
	"account": `
		account_state 15811932704 -> state=locked why=password locked_until=2026-05-14_12:00 bound_tail=2704
		account_state 13066152287 -> state=frozen why=risk
		account_state 13901286634 -> state=ok
		account_state 13900000000 -> no-state
		+3h
		account_state 15811932704 -> state=ok no-why`,
	"proof and stock": `
		delivery_proof 881406275930 -> eligible=yes signed_at=2026-05-13_15:20 signed_by=门卫 place=小区北门门卫室 photo=yes consent=no courier_man=吴师傅 reports=0
		delivery_proof 620718450093317254 -> eligible=no refused=not_signed
		open_ticket 907745120038 -> tickets=1 ticket_no=202605100017 ticket_type=物流停滞 ticket_state=处理中 ticket_due=2026-05-14_20:00 owner=理赔组
		open_ticket 881406275930 -> tickets=0 no-ticket_no
		stock - product=蓝牙耳机 spec=白色 -> eligible=yes in_stock=no restock=2026-05-20 price=349.00 count=0
		stock - product=蓝牙耳机 -> in_stock=yes specs=黑色
		stock - product=书架 -> in_stock=no restock=2026-05-16
		stock - product=电饭煲 -> in_stock=yes count=40
		stock - product=飞机 -> eligible=no refused=unknown_product
		stock - product=蓝牙耳机 spec=紫色 -> refused=unknown_spec`,
}
