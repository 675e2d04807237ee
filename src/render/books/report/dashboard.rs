//! 07_督导看板.xlsx: what a manager sees first, and the sheets behind it.

use crate::engagement::report::alerts::Alert;
use crate::engagement::report::contacts::ColleagueLine;
use crate::engagement::report::effect::{Verdict, VisitEffect};
use crate::engagement::report::summary::{NextVisit, OutletLine, Report, RetentionLine, SnapshotCoverage};
use crate::engagement::report::thresholds::Thresholds;
use crate::model::status::{AumBasis, RateKind};
use crate::model::{Fen, Param, Products};
use crate::render::books::columns::Columns;
use crate::render::books::contact::maintenance;
use crate::render::books::rates::Rates;
use crate::render::books::report::completion::targets_table;
use crate::render::books::report::definitions;
use crate::render::books::report::figure_cells::{light_cell, light_tone};
use crate::render::books::report::indicators::indicator_tiles;
pub use crate::render::books::report::indicators::indicators_table;
use crate::render::books::visit::late::late_steps;
use crate::render::books::{Names, day, known, main_destination, reason_lines, table_sheet, tile};
use crate::render::table::{Cell, Kind, Table, Tone};
use crate::render::words::Words;
use crate::render::workbook::{Book, Chart, ChartKind, Figure, Part, Sheet};

/// Employers shown in the chart of the lowest retention rates.
const CHARTED: usize = 10;
/// Alerts and visits on the first screen.
const FIRST_VISITS: usize = 5;

/// What the dashboard is shown with.
#[derive(Debug, Clone, Copy)]
pub struct DashboardContext<'a> {
    pub thresholds: &'a Thresholds,
    pub products: &'a Products,
    /// Alerts on the first screen.
    pub top_alerts: usize,
    pub branch: &'a str,
    pub names: Names<'a>,
}

/// The whole workbook.
pub fn dashboard_book(report: &Report, context: &DashboardContext, words: &Words) -> Book {
    let title = words.fill("title.dashboard", &[("branch", Param::Text(context.branch.to_string()))]);
    let mut late = late_steps(&context.names, words).table(&report.late_steps);
    late.notes = vec![words.get("note.late_steps").to_string()];
    Book {
        title: title.clone(),
        sheets: vec![
            first_screen(report, context, words, &title),
            table_sheet(words, "outlets", outlets_table(&report.outlets, report.outlets_aum_basis, words)),
            table_sheet(words, "completion", targets_table(report, words)),
            table_sheet(words, "colleagues", colleagues_table(report, &context.names, words)),
            table_sheet(words, "alerts", alerts_table(&report.alerts, &context.names, words)),
            table_sheet(words, "late_steps", late),
            table_sheet(words, "effects", effects_table(&report.effects, words)),
            table_sheet(words, "retention_detail", retention_table(&report.retention, context, words)),
            table_sheet(words, "sources", sources_table(report, words)),
            definitions::sheet(words, context.thresholds, definitions::DASHBOARD),
        ],
        mark: None,
    }
}

fn first_screen(report: &Report, context: &DashboardContext, words: &Words, title: &str) -> Sheet {
    let sentences = ["achievement", "problem", "order"]
        .iter()
        .zip(&report.sentences)
        .map(|(k, s)| {
            format!("{}{}{}", words.get(&format!("sentence.{k}")), words.get("common.colon"), words.reason(s))
        })
        .collect();
    let mut parts = vec![
        Part::Title(title.to_string()),
        Part::Lines(vec![completeness(report, words)]),
        Part::Figures(indicator_tiles(report, words)),
        Part::Lines(sentences),
        Part::Table(indicators_table(report, words)),
        Part::Figures(funnel_tiles(report, words)),
    ];
    parts.extend(charts(report, context, words).into_iter().map(Part::Chart));
    parts.push(Part::Lines(alert_lines(report, context.top_alerts, context, words)));
    parts.push(Part::Lines(visit_lines(report, context, words)));
    let mut sheet = Sheet::new(words.get("sheet.dashboard"), parts);
    sheet.landscape = true;
    sheet.tab = Some(Tone::Good);
    sheet
}

/// 各人办理: the states of tasks, contacts of the month and sales that may come about, a line per colleague.
fn colleagues_table(report: &Report, names: &Names, words: &Words) -> Table {
    let name = |l: &ColleagueLine| match l.staff_id {
        Some(id) => Cell::Text(names.colleague(id)),
        None => Cell::text(words.get("note.unowned")),
    };
    let mut table = Columns::<ColleagueLine>::new(words, "colleagues")
        .wide("colleague", Kind::Text, 12.0, name)
        .wide("outlet", Kind::Text, 16.0, |l| Cell::text(&l.outlet))
        .wide("open", Kind::Count, 8.0, |l| Cell::Count(l.open))
        .wide("overdue", Kind::Count, 9.0, |l| Cell::Count(l.overdue))
        .tone(|l| if l.overdue > 0 { Tone::Bad } else { Tone::Normal })
        .wide("awaiting", Kind::Count, 9.0, |l| Cell::Count(l.awaiting))
        .tone(|l| if l.awaiting > 0 { Tone::Warn } else { Tone::Normal })
        .wide("today", Kind::Count, 8.0, |l| Cell::Count(l.today))
        .wide("no_room", Kind::Count, 9.0, |l| Cell::Count(l.no_room))
        .wide("done", Kind::Count, 9.0, |l| Cell::Count(l.done))
        .wide("missed", Kind::Count, 9.0, |l| Cell::Count(l.missed))
        .tone(|l| if l.missed > 0 { Tone::Warn } else { Tone::Normal })
        .wide("lapsed", Kind::Count, 9.0, |l| Cell::Count(l.lapsed))
        .wide("contacts", Kind::Count, 9.0, |l| Cell::Count(l.figures.contacts))
        .wide("reached_share", Kind::Share, 10.0, |l| Cell::or_empty(l.figures.reached_share, Cell::Share))
        .wide("new_information", Kind::Count, 9.0, |l| Cell::Count(l.figures.new_information))
        .wide("opportunities", Kind::Count, 9.0, |l| Cell::Count(l.figures.open_opportunities))
        .wide("opportunity_amount", Kind::Wan, 12.0, |l| Cell::Money(l.figures.open_amount_fen))
        .wide("deals", Kind::Count, 8.0, |l| Cell::Count(l.figures.deals))
        .wide("deal_amount", Kind::Wan, 12.0, |l| Cell::Money(l.figures.deal_amount_fen))
        .table(&report.colleagues);
    table.freeze = 1;
    table.notes = vec![words.get("note.colleagues").to_string()];
    if report.colleagues.len() > 1 {
        let sum = |of: fn(&ColleagueLine) -> i64| Cell::Count(report.colleagues.iter().map(of).sum());
        let all = &report.contacts;
        table.add_total([
            ("colleague", Cell::text(words.get("common.total"))),
            ("open", sum(|l| l.open)),
            ("overdue", sum(|l| l.overdue)),
            ("awaiting", sum(|l| l.awaiting)),
            ("today", sum(|l| l.today)),
            ("no_room", sum(|l| l.no_room)),
            ("done", sum(|l| l.done)),
            ("missed", sum(|l| l.missed)),
            ("lapsed", sum(|l| l.lapsed)),
            ("contacts", Cell::Count(all.contacts)),
            ("reached_share", Cell::or_empty(all.reached_share, Cell::Share)),
            ("new_information", Cell::Count(all.new_information)),
            ("opportunities", Cell::Count(all.open_opportunities)),
            ("opportunity_amount", Cell::Money(all.open_amount_fen)),
            ("deals", Cell::Count(all.deals)),
            ("deal_amount", Cell::Money(all.deal_amount_fen)),
        ]);
    }
    table
}

/// 预警单位 with person and date, as sentences: a table's wide column would pull the tiles apart.
fn alert_lines(report: &Report, most: usize, context: &DashboardContext, words: &Words) -> Vec<String> {
    let head = words.get("sheet.alerts").to_string();
    let line = |a: &Alert| {
        let owner = a.owner.map(|o| context.names.colleague(o)).unwrap_or_else(|| words.get("common.unknown").into());
        let params = [
            ("employer", Param::Text(a.name.clone())),
            ("reasons", Param::Text(words.reasons(&a.reasons))),
            ("owner", Param::Text(owner)),
            ("due", Param::Date(a.due)),
            ("since", Param::Date(a.since)),
        ];
        words.fill("note.alert_line", &params)
    };
    let mut lines: Vec<String> = report.alerts.iter().take(most).map(line).collect();
    if lines.is_empty() {
        lines.push(words.get("table.alerts.empty").to_string());
    }
    lines.insert(0, head);
    lines
}

/// The visits that come next, with person and date.
fn visit_lines(report: &Report, context: &DashboardContext, words: &Words) -> Vec<String> {
    let line = |v: &NextVisit| {
        let lead = v.lead.map(|l| context.names.colleague(l)).unwrap_or_else(|| words.get("common.unknown").into());
        let params = [
            ("employer", Param::Text(v.name.clone())),
            ("day", Param::Text(day(words, v.date))),
            ("status", Param::Word { word: v.status.key().to_string() }),
            ("lead", Param::Text(lead)),
        ];
        words.fill("note.visit_line", &params)
    };
    let mut lines: Vec<String> = report.next_visits.iter().take(FIRST_VISITS).map(line).collect();
    if lines.is_empty() {
        lines.push(words.get("table.next_visits.empty").to_string());
    }
    lines.insert(0, words.get("sheet.next_visits").to_string());
    lines
}

/// Date and completeness of the data.
fn completeness(report: &Report, words: &Words) -> String {
    let Some(newest) = report.coverage.first() else { return words.get("note.no_data").to_string() };
    let params = [
        ("today", Param::Date(report.today)),
        ("date", Param::Date(newest.as_of)),
        ("covered", Param::Count(newest.employers)),
        ("employers", Param::Count(report.employers)),
        ("people", Param::Count(newest.employees)),
    ];
    words.fill("note.completeness", &params)
}

fn funnel_tiles(report: &Report, words: &Words) -> Vec<Figure> {
    let f = &report.funnel;
    let entries = [
        ("visits_planned", f.planned),
        ("visits_held", f.held),
        ("called_in_time", f.called_in_time),
        ("visits_closed", f.closed),
        ("interested", f.interested),
        ("contacted_in_time", f.contacted_in_time),
        ("deals", f.deals),
        ("calls_overdue", f.overdue),
        ("overdue", report.tasks.overdue),
    ];
    entries
        .into_iter()
        .map(|(key, n)| {
            let mut figure = tile(words, key, Cell::Count(n), Kind::Count);
            if key.ends_with("overdue") && n > 0 {
                figure.tone = Tone::Bad;
            }
            figure
        })
        .collect()
}

fn charts(report: &Report, context: &DashboardContext, words: &Words) -> Vec<Chart> {
    // One chart, one rate: the period rate only where no other is known.
    let latest = || report.retention.iter().filter(|r| r.slot == 1);
    let week = latest().any(|r| r.rate_of(RateKind::Week).is_some()) || latest().all(|r| r.rate.is_none());
    let kind = if week { RateKind::Week } else { RateKind::Period };
    let mut rates: Vec<(&RetentionLine, f64)> = latest().filter_map(|r| Some((r, r.rate_of(kind)?))).collect();
    rates.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.employer_id.cmp(&b.0.employer_id)));
    rates.truncate(CHARTED);
    let names = rates.iter().map(|(r, _)| context.names.employer(r.employer_id)).collect();
    let series_name = words.get(&format!("column.{kind}")).to_string();
    let mut lowest = Chart::new(ChartKind::Bar, words.get(&format!("chart.lowest_{kind}")), names);
    lowest.series = vec![(series_name.clone(), rates.iter().map(|(_, rate)| *rate).collect())];
    lowest.number_format = "0.0%".into();
    let steps = ["0", "1", "2", "3", "4", "5+"].map(|n| words.fill("chart.products", &[("n", Param::Text(n.into()))]));
    let mut distribution = Chart::new(ChartKind::Column, words.get("chart.product_distribution"), steps.into());
    let counts = report.product_distribution.iter().map(|n| *n as f64).collect();
    distribution.series = vec![(words.get("unit.people").to_string(), counts)];
    let outlets: Vec<&OutletLine> = report.outlets.iter().filter(|o| !o.outlet.is_empty()).collect();
    let labels = || outlets.iter().map(|o| o.outlet.clone()).collect::<Vec<_>>();
    let mut retention = Chart::new(ChartKind::Column, words.get(&format!("chart.outlet_{kind}")), labels());
    let rate = |o: &OutletLine| outlet_rate(o, kind).unwrap_or(f64::NAN);
    retention.series = vec![(series_name, outlets.iter().map(|o| rate(o)).collect())];
    retention.number_format = "0.0%".into();
    let per_head = words.get(&format!("aum_{}.outlets_chart", report.outlets_aum_basis));
    let mut aum = Chart::new(ChartKind::Column, per_head, labels());
    let wan = |f: Option<Fen>| f.map_or(f64::NAN, |f| f.as_yuan() / 10_000.0);
    aum.series = vec![(words.get("unit.wan").to_string(), outlets.iter().map(|o| wan(o.aum_per_head_fen)).collect())];
    aum.number_format = "0.0".into();
    vec![lowest, distribution, retention, aum]
}

fn outlet_rate(outlet: &OutletLine, kind: RateKind) -> Option<f64> {
    match kind {
        RateKind::Week => outlet.retention,
        RateKind::Period => outlet.period_retention,
    }
}

/// 网点排名.
fn outlets_table(outlets: &[OutletLine], basis: AumBasis, words: &Words) -> Table {
    let name = |o: &OutletLine| if o.outlet.is_empty() { words.get("common.unknown").into() } else { o.outlet.clone() };
    let loses = |o: &OutletLine| o.aum_change_fen.is_some_and(|c| c < Fen::ZERO);
    let columns = Columns::<OutletLine>::new(words, "outlets")
        .wide("rank", Kind::Count, 7.0, |o| Cell::Count(o.rank as i64))
        .wide("outlet", Kind::Text, 20.0, |o| Cell::Text(name(o)))
        .add("employers", Kind::Count, |o| Cell::Count(o.employers))
        .add("headcount", Kind::Count, |o| Cell::Count(o.headcount))
        .aum("aum", basis, Kind::Wan, 14.0, |o| known(o.aum_fen, Cell::Money))
        .aum("aum_change", basis, Kind::Wan, 14.0, |o| known(o.aum_change_fen, Cell::Money))
        .tone(|o| if loses(o) { Tone::Bad } else { Tone::Normal })
        .aum("aum_per_head", basis, Kind::Yuan, 14.0, |o| known(o.aum_per_head_fen, Cell::Money));
    let rates = Rates::of(|kind| outlets.iter().any(|o| outlet_rate(o, kind).is_some()));
    let weakest = |(key, progress): (&String, f64)| {
        let params = [
            ("indicator", Param::Text(words.get(&format!("indicator.{key}")).to_string())),
            ("share", Param::Share { share: progress }),
        ];
        Cell::Text(words.fill("note.weakest", &params))
    };
    let on_course = |o: &OutletLine| known(o.light, |_| Cell::Text(format!("{}/{}", o.on_course, o.targets)));
    let mut table = rates
        .columns(columns, 12.0, outlet_rate)
        .add("products_per_head", Kind::Ratio, |o| known(o.products_per_head, Cell::Ratio))
        .add("visits_planned", Kind::Count, |o| Cell::Count(o.visits_planned))
        .add("visits_held", Kind::Count, |o| Cell::Count(o.visits_held))
        .add("open_tasks", Kind::Count, |o| Cell::Count(o.open_tasks))
        .add("overdue_tasks", Kind::Count, |o| Cell::Count(o.overdue_tasks))
        .add("light", Kind::Text, |o| light_cell(o.light, words))
        .tone(|o| light_tone(o.light))
        .add("on_course", Kind::Text, on_course)
        .wide("weakest", Kind::Text, 26.0, |o| known(o.weakest.as_ref().zip(o.weakest_progress), weakest))
        .table(outlets);
    let by_week = rates.kinds().contains(&RateKind::Week);
    let order = if by_week { "note.outlet_order" } else { "note.outlet_order_period" };
    table.notes = vec![words.get(order).to_string()];
    table
}

/// 预警单位, with person and date.
fn alerts_table(alerts: &[Alert], names: &Names, words: &Words) -> Table {
    Columns::<Alert>::new(words, "alerts")
        .wide("employer", Kind::Text, 24.0, |a| Cell::text(&a.name))
        .tone(|_| Tone::Bad)
        .wide("reasons", Kind::Wrap, 60.0, |a| Cell::Text(reason_lines(words, &a.reasons)))
        .wide("since", Kind::Date, 12.0, |a| Cell::Date(a.since))
        .wide("owner", Kind::Text, 12.0, |a| names.owner(a.owner))
        .wide("due", Kind::Date, 12.0, |a| Cell::Date(a.due))
        .table(alerts)
}

/// 成效对比: each visit beside comparable employers not visited.
fn effects_table(effects: &[VisitEffect], words: &Words) -> Table {
    let tone = |e: &VisitEffect| match e.verdict {
        Verdict::Worked => Tone::Good,
        Verdict::Failed => Tone::Bad,
        Verdict::NoEffect => Tone::Warn,
        Verdict::TooFew => Tone::Muted,
    };
    let verdict = |e: &VisitEffect| Cell::text(words.get(&format!("verdict.{}", e.verdict.key())));
    let mut table = Columns::<VisitEffect>::new(words, "effects")
        .wide("employer", Kind::Text, 22.0, |e| Cell::text(&e.name))
        .wide("visit_date", Kind::Date, 12.0, |e| Cell::Date(e.date))
        .add("staff_count", Kind::Count, |e| known(e.record.staff_count, Cell::Count))
        .add("attendance", Kind::Count, |e| known(e.record.attendance, Cell::Count))
        .add("interested", Kind::Count, |e| known(e.record.interested, Cell::Count))
        .add("deals", Kind::Count, |e| known(e.record.deals, Cell::Count))
        .add("buyers", Kind::Count, |e| known(e.buyers, Cell::Count))
        .add("sales", Kind::Wan, |e| known(e.sales_fen, Cell::Money))
        .add("first_contact_days", Kind::Count, |e| known(e.first_contact_days, Cell::Count))
        .wide("key_person_call", Kind::Date, 12.0, |e| known(e.record.key_person_call, Cell::Date))
        .add("retention_before", Kind::Share, |e| known(e.retention_before, Cell::Share))
        .add("retention_after", Kind::Share, |e| known(e.retention_after, Cell::Share))
        .add("peer_retention", Kind::Share, |e| known(e.peer_retention_after, Cell::Share))
        .add("peers", Kind::Count, |e| Cell::Count(e.peers as i64))
        .wide("verdict", Kind::Wrap, 12.0, verdict)
        .tone(tone)
        .wide("reasons", Kind::Wrap, 36.0, |e| Cell::Text(reason_lines(words, &e.reasons)))
        .table(effects);
    table.notes = vec![words.get("note.effects").to_string()];
    table
}

/// 留存明细: every employer and payday that can be judged.
fn retention_table(retention: &[RetentionLine], context: &DashboardContext, words: &Words) -> Table {
    let rates = Rates::of(|kind| retention.iter().any(|r| r.rate_of(kind).is_some()));
    let mut columns = Columns::<RetentionLine>::new(words, "retention_detail")
        .wide("employer", Kind::Text, 24.0, |r| Cell::Text(context.names.employer(r.employer_id)))
        .wide("payday", Kind::Date, 12.0, |r| Cell::Date(r.payday))
        .wide("before_as_of", Kind::Date, 12.0, |r| known(r.before_as_of, Cell::Date))
        .wide("after_as_of", Kind::Date, 12.0, |r| known(r.after_as_of, Cell::Date))
        .add("people", Kind::Count, |r| known(r.rate.map(|_| r.people), Cell::Count))
        .add("payroll", Kind::Wan, |r| known(r.rate.map(|_| r.payroll), Cell::Money))
        .add("retained", Kind::Wan, |r| known(r.rate.map(|_| r.retained), Cell::Money));
    for kind in rates.kinds() {
        columns = columns.wide(kind.key(), Kind::Share, 12.0, |r| known(r.rate_of(*kind), Cell::Share));
    }
    columns
        .add("band", Kind::Text, |r| known(r.band.as_ref(), |b| Cell::text(words.get(&format!("band.{b}")))))
        .tone(|r| maintenance::band_tone(r.band.as_deref()))
        .add("basis", Kind::Text, |r| Cell::Text(maintenance::basis(words, r.basis.key(), r.approximate)))
        .wide("main_destination", Kind::Text, 22.0, |r| known(main_destination(words, &r.outflows), Cell::Text))
        .table(retention.iter().filter(|r| r.slot == 1 || r.rate.is_some()))
}

/// 数据来源: the snapshots the figures rest on, and their revisions.
fn sources_table(report: &Report, words: &Words) -> Table {
    Columns::<SnapshotCoverage>::new(words, "sources")
        .wide("data_date", Kind::Date, 14.0, |c| Cell::Date(c.as_of))
        .wide("employers", Kind::Count, 14.0, |c| Cell::Count(c.employers))
        .wide("employees", Kind::Count, 14.0, |c| Cell::Count(c.employees))
        .wide("files", Kind::Count, 12.0, |c| Cell::Count(c.files))
        .wide("revision", Kind::Count, 14.0, |c| Cell::Count(c.revision))
        .table(&report.coverage)
}
