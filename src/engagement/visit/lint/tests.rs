use super::*;
use crate::rules::Rules;

fn findings(text: &str) -> Vec<Finding> {
    Linter::new(&Rules::load(None).unwrap().scripts_lint).unwrap().lint(text)
}

fn faults(text: &str) -> Vec<String> {
    findings(text).into_iter().map(|f| f.rule).collect()
}

#[test]
fn promises_gifts_and_empty_comparisons_are_found() {
    assert_eq!(faults("这款产品保本,放心。"), ["guarantee"]);
    assert_eq!(faults("买理财就送礼品一份!"), ["gift_with_wealth"]);
    assert_eq!(faults("我们的收益更高。"), ["comparison"]);
    assert_eq!(faults("消费贷秒批,不看征信。"), ["loan_promise"]);
    assert_eq!(faults("到场即可领取礼品。理财咨询请到洽谈区。"), Vec::<String>::new());
}

#[test]
fn negations_and_figures_are_no_faults() {
    assert!(faults("理财产品不保本,业绩比较基准不代表实际收益。").is_empty());
    assert!(faults("同为3个月,A款1.85%,B款1.60%,利率更高的是A款。").is_empty());
}

#[test]
fn two_negations_promise() {
    assert_eq!(faults("我们行没有不保本的理财。"), ["guarantee"]);
    assert!(faults("我们不承诺您不亏本。").is_empty());
}

#[test]
fn blanks_signs_and_other_characters_hide_nothing() {
    for text in ["保 本", "保-本", "保,本", "保夲", "這款保證收益"] {
        assert_eq!(faults(text), ["guarantee"], "{text}");
    }
}

#[test]
fn lists_of_forbidden_words_are_no_faults() {
    assert!(faults("#### 禁语\n- “保本”“稳赚”\n#### 要点\n先听后说。").is_empty());
    assert_eq!(faults("#### 禁语\n保本\n#### 电话\n保本").len(), 1);
    assert!(faults("| 场景 | 禁语 |\n|---|---|\n| 到期 | 保本 |").is_empty());
    assert_eq!(faults("| 场景 | 说法 |\n|---|---|\n| 到期 | 保本 |"), ["guarantee"]);
}

#[test]
fn the_risk_may_stand_anywhere_near_the_return() {
    let said = "推荐您看看这只基金，近一年涨了8%。";
    assert_eq!(faults(said), ["missing_risk"]);
    assert!(faults(&format!("{said}净值会波动，可能亏损。")).is_empty());
    assert!(faults(&format!("{said}\n\n风险提示：净值会波动。")).is_empty());
    assert!(faults(&format!("#### 电话\n\n{said}\n\n净值会波动，可能亏损。")).is_empty());
    assert_eq!(faults(&format!("{said}\n\n净值会波动，可能亏损。")), ["missing_risk"], "another text");
}

#[test]
fn cells_of_a_table_are_apart_and_counts_are_no_return() {
    assert!(faults("| 理财签约 | 1人 | （同业13.5%，本行11.2%） |").is_empty());
    assert_eq!(faults("| 邀约 | 这只基金近一年涨了8%，您买点 |"), ["missing_risk"]);
    assert!(faults("| 邀约 | 这只基金近一年涨了8%，您买点 | 净值会波动，可能亏损 |").is_empty());
    assert!(faults("理财签约目标3人，持有率从同业13.5%看起。").is_empty());
    assert!(faults("实际年化＝利息÷金额×365÷资金占用的全部天数。").is_empty());
}

#[test]
fn the_same_said_otherwise_is_found_and_plain_words_near_it_pass() {
    assert_eq!(faults("外资行那套就是花架子，中看不中用。"), ["belittling"]);
    assert_eq!(faults("财务那边会给开户的同事优先发奖金。"), ["third_party_promise"]);
    assert_eq!(faults("他不肯加微信？托他班长带句话。"), ["channel_hopping"]);
    assert!(
        faults("想了解基金、保险的同事请到咨询桌。临江百货有限公司、临江投资有限公司的同事到场可领雨伞。").is_empty()
    );
    assert!(faults("他行转入的款项以对方银行处理为准。").is_empty());
    assert!(faults("公积金贷款能贷多少，由公积金中心核定。").is_empty());
    assert!(faults("客户拒绝后，本次外呼结束，不留言、不转人。").is_empty());
}

#[test]
fn what_orders_a_wording_out_or_forbids_contact_passes_and_what_asks_for_it_does_not() {
    let plain = [
        "“旱涝保收”四个字从折页上拿掉，净值型产品没有这个说法。",
        "汇报里“全市第一”须附通报文号。",
        "各网点自查：是否存在购买理财赠送米面油的情况，如有立即停止并上报。",
        "人家说了别打电话，就别打，也别托他单位财务捎话。",
        "请各网点把退订客户从群发名单里剔除。",
        "丑话说前头，理财不是存款，也有可能亏本，您想好再来。",
        "礼品是参加讲座的纪念，买不买理财都送。",
    ];
    for text in plain {
        assert_eq!(faults(text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(faults("他回了退订，托他单位财务捎话。"), ["channel_hopping"]);
    assert_eq!(faults("丑话说前头，不买以后别来。"), ["pressure"]);
    assert_eq!(faults("买理财就送米面油。"), ["gift_with_wealth"]);
}

#[test]
fn an_upper_limit_is_no_superlative() {
    assert!(faults("一个人一天可以去两户，全行一天最多四户。").is_empty());
    assert_eq!(faults("我们的网点全行最多。"), ["unsupported"]);
}

#[test]
fn an_offer_to_buy_at_once_needs_its_risk_though_it_names_no_return() {
    let said = "这个月发薪就定投，每月500元，扫码即签。";
    assert_eq!(faults(said), ["missing_risk"]);
    assert!(faults(&format!("{said}净值会波动，可能亏损。")).is_empty());
    assert!(faults("想听理财讲座的同事请扫码报名。").is_empty());
}

#[test]
fn dialects_and_chat_say_the_same() {
    assert_eq!(faults("恁买喽这个基金，俺给恁拿套茶具。"), ["gift_with_wealth"]);
    assert_eq!(faults("娃儿上学的事，学校那头我包录取。"), ["third_party_promise"]);
    assert!(faults("俺给恁打个流水，恁看看对不对。").is_empty());
    assert!(faults("家人们，周三服务日别忘带身份证。").is_empty());
}

#[test]
fn what_was_found_is_told_as_it_is_written_with_its_line() {
    let found = findings("您好。\n\n这款 保 本，请看。");
    assert_eq!(found, [Finding { rule: "guarantee".into(), words: "保 本".into(), line: 3 }]);
}

#[test]
fn a_pattern_nobody_understands_is_named() {
    let mut rules = Rules::load(None).unwrap().scripts_lint;
    rules.rules.get_mut("guarantee").unwrap().patterns.push("保(本".into());
    assert_eq!(Linter::new(&rules).unwrap_err().pattern, "保(本");
}

#[test]
fn a_text_message_is_signed_short_and_can_be_refused() {
    let rules = Rules::load(None).unwrap().scripts_lint;
    let linter = Linter::new(&rules).unwrap();
    let rule_of = |text: &str| linter.lint_sms(text).into_iter().map(|f| f.rule).collect::<Vec<_>>();
    assert!(rule_of("【临江支行】工资卡升级可在手机银行预约。拒收请回复R").is_empty());
    assert_eq!(rule_of("工资卡升级。拒收请回复R"), ["sms_unsigned"]);
    assert_eq!(rule_of("【临江支行】工资卡升级。"), ["sms_no_refusal"]);
    let long = format!("【临江支行】{}拒收请回复R", "长".repeat(59));
    assert_eq!(long.chars().count(), 71);
    assert_eq!(rule_of(&long), ["sms_too_long"]);
}
