//! The words of a visit's publicity that must keep a length.

use crate::engagement::visit::pack::{PackContext, SmsView};
use crate::model::Param;
use crate::render::templates::date_params;
use crate::render::words::Words;

/// The texts, best first: those with the place only where it is known.
const WITH_PLACE: [&str; 2] = ["place_services", "place"];
const WITHOUT_PLACE: [&str; 3] = ["services", "short", "shortest"];

/// The text message of a visit in these words: what does not fit is left out in the order of the texts, and where nothing
/// fits there is none.
pub fn sms(pack: &PackContext, words: &Words) -> SmsView {
    let place = pack.visit.place.as_deref().map(str::trim).filter(|place| !place.is_empty());
    let params = [
        ("branch", Param::Text(pack.branch.clone())),
        ("day", Param::Text(words.fill("date.day", &date_params(pack.visit.date)))),
        ("start", Param::Text(pack.visit.start.clone())),
        ("place", Param::Text(place.unwrap_or_default().to_string())),
    ];
    let keys = WITH_PLACE.into_iter().filter(|_| place.is_some()).chain(WITHOUT_PLACE);
    let texts = keys.map(|key| words.fill(&format!("sms_visit.{key}"), &params)).collect();
    SmsView::fitting(pack.sms.limit, place, texts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engagement::visit::pack::tests::sample;
    use crate::render::words::Lang;

    fn message(lang: Lang, branch: &str, place: Option<&str>) -> SmsView {
        let mut pack = sample(60, 0);
        pack.branch = branch.to_string();
        pack.visit.place = place.map(str::to_string);
        sms(&pack, &Words::load(lang, None).unwrap())
    }

    #[test]
    fn what_does_not_fit_is_left_out_by_and_by() {
        let zh = |branch: &str, place| message(Lang::ZhCn, branch, place);
        let full = zh("临江支行", Some("三楼会议室"));
        let text =
            "【临江支行】3月17日10:00我行在三楼会议室上门服务，可办限额、激活、改密，请带身份证工资卡。拒收请回复R";
        assert_eq!(full.text.as_deref(), Some(text));
        assert_eq!((full.count, full.limit, full.place_left_out), (55, 70, false));
        // 20 characters of branch and 5 of place: 71 with the services, 60 without.
        let long = zh(&"长".repeat(20), Some("三楼会议室"));
        assert_eq!((long.count, long.place_left_out), (60, false));
        // 30 and 5: 70. One more, and the place goes first.
        assert_eq!(zh(&"长".repeat(30), Some("三楼会议室")).count, 70);
        let longer = zh(&"长".repeat(31), Some("三楼会议室"));
        assert_eq!((longer.count, longer.place_left_out), (69, true));
        let longest = zh(&"长".repeat(60), None);
        assert_eq!((longest.text, longest.count), (None, 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn a_message_keeps_the_limit_signed_and_with_the_way_out(
            branch in "[\u{4e00}-\u{4eff}]{1,50}", place in proptest::option::of("[\u{4e00}-\u{4eff}]{1,40}"), english in any::<bool>(),
        ) {
            let lang = if english { Lang::En } else { Lang::ZhCn };
            let found = message(lang, &branch, place.as_deref());
            let Some(text) = found.text else { return Ok(()) };
            prop_assert!(text.chars().count() == found.count && found.count <= 70);
            prop_assert!(text.starts_with(&format!("【{branch}】")), "{}", text);
            prop_assert!(text.ends_with(if english { "Reply R to stop" } else { "拒收请回复R" }), "{}", text);
            prop_assert_eq!(found.place_left_out, place.is_some_and(|place| !text.contains(&place)));
        }
    }
}
