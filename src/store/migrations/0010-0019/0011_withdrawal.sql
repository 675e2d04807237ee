-- What several parts of one employer and date have in common is worked out anew whenever one comes or goes, in
-- `holding_shadow`: a flag on the rows could not be taken back.
DROP VIEW current_holding;
ALTER TABLE holding DROP COLUMN superseded;
-- Products the sheet tells of, but not in this row: its cells could not be read, or say that nothing is known.
ALTER TABLE holding ADD COLUMN untold INTEGER NOT NULL DEFAULT 0;
CREATE VIEW current_holding AS
  SELECT p.employer_id, p.as_of, p.covered & ~h.untold AS covered, p.basis,
    h.part_id, h.employee_id AS recorded_id, COALESCE(a.canonical_id, h.employee_id) AS employee_id,
    h.outlet, h.rm, h.level, h.grade, h.account_class, h.gender, h.birth,
    h.aum_fen, h.aum_month_avg_fen, h.demand_fen, h.term_fen, h.large_cd_fen, h.wealth_fen, h.cash_management_fen,
    h.fund_fen, h.insurance_fen, h.metal_fen, h.bond_fen, h.trust_fen, h.mortgage_fen, h.consumer_loan_fen,
    h.car_loan_fen, h.products, h.product_count, h.asset_product_count, h.last_transaction, h.last_login,
    h.risk_level, h.risk_until, h.consent_sms, h.consent_phone, h.consent_wecom, h.due_date, h.due_amount_fen
  FROM holding h
  JOIN current_part p ON p.part_id = h.part_id
  LEFT JOIN employee_alias a ON a.employee_id = h.employee_id
  WHERE p.kind = 'holdings'
    AND NOT EXISTS (SELECT 1 FROM holding_shadow s WHERE s.part_id = h.part_id AND s.employee_id = h.employee_id);

-- Files whose data count; a withdrawn file's hash has its number behind it, so that the same file can come again.
CREATE VIEW current_import AS
  SELECT import_id, file, sha256, kinds, today FROM import WHERE sha256 NOT LIKE '%#%';

CREATE INDEX part_by_successor ON snapshot_part (superseded_by) WHERE superseded_by IS NOT NULL;
CREATE INDEX run_by_successor ON payroll_run (superseded_by) WHERE superseded_by IS NOT NULL;
CREATE INDEX target_by_successor ON target (superseded_by) WHERE superseded_by IS NOT NULL;

-- Shadows and facts are worked out anew before they are next read.
DELETE FROM fact_stamp;
