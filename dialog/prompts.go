package dialog

import "strings"

// corePrompts are the sentences that the conversation itself needs, whatever its business is. Those of a value that is
// asked for follow its name.
var corePrompts = strings.Fields(`greeting open greet_again identity identity_short redirect redirect_short filler listening wait anything_else nothing_said
close close_plain close_silence sorry csat csat_thanks
ask_phone_tail ask_name ask_order_no ask_callback ask_matter ask_code ask_code_again code_still_open code_wrong code_not_sent go_on start_over
which_order which_number which_order_many which_again no_other
read_back_tail_name read_back_number near_number not_found other_phone invalid_tail invalid_number no_such_day which_digits again_number
no_match_open no_match_phone_tail no_match_name no_match_order_no no_match_callback no_match_which no_match_confirm no_match_code no_match_value
no_input_open no_input_phone_tail no_input_name no_input_order_no no_input_callback no_input_which no_input_confirm no_input_code no_input_value
system_error try_again handing_over handing_over_known handing_over_error handing_over_lost handing_over_sorry locked not_verified transfer_failed
offer_call_back offer_agent agent_later offer_agent_plain ticket_done ticket_case ticket_open ticket_none
back_to dropped what_is_wrong action_done link_message link_sent change_own_phone card_refused
known_more known_guess known_not known_missing`)
