-- A column of days holds days, and nothing else can be written into it. Facts have none of these checks: they are worked
-- out anew from columns that have.
ALTER TABLE import ADD CONSTRAINT days CHECK (
  today IS date(today)
  AND imported_at IS strftime('%Y-%m-%dT%H:%M:%SZ', imported_at));
ALTER TABLE employee ADD CONSTRAINT days CHECK (first_seen IS date(first_seen));
ALTER TABLE snapshot ADD CONSTRAINT days CHECK (as_of IS date(as_of));
ALTER TABLE employer_state ADD CONSTRAINT days CHECK (
  last_visit IS date(last_visit)
  AND agreement_end IS date(agreement_end));
ALTER TABLE holding ADD CONSTRAINT days CHECK (
  birth IS date(birth)
  AND last_transaction IS date(last_transaction)
  AND last_login IS date(last_login)
  AND risk_until IS date(risk_until)
  AND due_date IS date(due_date));
ALTER TABLE payroll_run ADD CONSTRAINT days CHECK (payday IS date(payday));
ALTER TABLE visit_revision ADD CONSTRAINT days CHECK (
  date IS date(date)
  AND today IS date(today)
  AND recorded_at IS strftime('%Y-%m-%dT%H:%M:%SZ', recorded_at));
ALTER TABLE task_event ADD CONSTRAINT days CHECK (
  due IS date(due)
  AND today IS date(today)
  AND recorded_at IS strftime('%Y-%m-%dT%H:%M:%SZ', recorded_at));
ALTER TABLE export ADD CONSTRAINT days CHECK (today IS date(today));
ALTER TABLE flow ADD CONSTRAINT days CHECK (date IS date(date));
ALTER TABLE sale ADD CONSTRAINT days CHECK (bought_on IS date(bought_on) AND due_date IS date(due_date));
ALTER TABLE contact ADD CONSTRAINT days CHECK (date IS date(date) AND next_contact IS date(next_contact));
ALTER TABLE target ADD CONSTRAINT days CHECK (first_day IS date(first_day) AND last_day IS date(last_day));
ALTER TABLE open_match ADD CONSTRAINT days CHECK (first_seen IS date(first_seen) AND last_seen IS date(last_seen));
ALTER TABLE match_decision ADD CONSTRAINT days CHECK (
  today IS date(today)
  AND recorded_at IS strftime('%Y-%m-%dT%H:%M:%SZ', recorded_at));
ALTER TABLE layout ADD CONSTRAINT days CHECK (
  today IS date(today)
  AND recorded_at IS strftime('%Y-%m-%dT%H:%M:%SZ', recorded_at));
ALTER TABLE purged ADD CONSTRAINT days CHECK (purged_at IS strftime('%Y-%m-%dT%H:%M:%SZ', purged_at));
ALTER TABLE import_span ADD CONSTRAINT days CHECK (first_day IS date(first_day) AND last_day IS date(last_day));
ALTER TABLE audit ADD CONSTRAINT days CHECK (at IS strftime('%Y-%m-%dT%H:%M:%SZ', at));
