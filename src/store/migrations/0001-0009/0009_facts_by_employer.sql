-- Facts are worked out some employers at a time, so that memory does not grow with the branch.

-- As before, with the number a row was recorded under beside that of the person: it can be looked up.
DROP VIEW current_holding;
CREATE VIEW current_holding AS
  SELECT p.employer_id, p.as_of, p.covered, p.basis,
    h.part_id, h.employee_id AS recorded_id, COALESCE(a.canonical_id, h.employee_id) AS employee_id, h.superseded,
    h.outlet, h.rm, h.level, h.grade, h.account_class, h.gender, h.birth,
    h.aum_fen, h.aum_month_avg_fen, h.demand_fen, h.term_fen, h.large_cd_fen, h.wealth_fen, h.cash_management_fen,
    h.fund_fen, h.insurance_fen, h.metal_fen, h.bond_fen, h.trust_fen, h.mortgage_fen, h.consumer_loan_fen,
    h.car_loan_fen, h.products, h.product_count, h.asset_product_count, h.last_transaction, h.last_login,
    h.risk_level, h.risk_until, h.consent_sms, h.consent_phone, h.consent_wecom, h.due_date, h.due_amount_fen
  FROM holding h
  JOIN current_part p ON p.part_id = h.part_id
  LEFT JOIN employee_alias a ON a.employee_id = h.employee_id
  WHERE p.kind = 'holdings' AND h.superseded = 0
    AND NOT EXISTS (SELECT 1 FROM holding_shadow s WHERE s.part_id = h.part_id AND s.employee_id = h.employee_id);

-- What falls due next of a person's purchases.
CREATE TABLE next_due (
  employee_id    INTEGER PRIMARY KEY,
  due_date       TEXT NOT NULL,
  due_amount_fen INTEGER NOT NULL
) STRICT;
