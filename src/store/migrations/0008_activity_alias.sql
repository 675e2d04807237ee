-- Flows, purchases and contacts follow the alias of their person, as holdings and payments do.

DROP VIEW current_flow;
CREATE VIEW current_flow AS
  SELECT COALESCE(x.canonical_id, f.employee_id) AS employee_id, f.date, f.outward, f.amount_fen, f.destination,
    f.reference, f.occurrence
  FROM flow f JOIN activity a ON a.activity_id = f.activity_id
  LEFT JOIN employee_alias x ON x.employee_id = f.employee_id
  WHERE a.withdrawn = 0
  GROUP BY COALESCE(x.canonical_id, f.employee_id), f.date, f.outward, f.amount_fen, f.destination, f.reference, f.occurrence;

DROP VIEW current_sale;
CREATE VIEW current_sale AS
  SELECT COALESCE(x.canonical_id, s.employee_id) AS employee_id, s.product_name, s.product, s.bought_on, s.amount_fen,
    s.price, s.expected_yield, s.take_profit, s.take_profit_is, s.stop_loss, s.stop_loss_is, s.due_date, s.occurrence
  FROM sale s
  JOIN (
    SELECT s2.employee_id, s2.product_name, s2.bought_on, s2.amount_fen, s2.occurrence, max(s2.activity_id) AS activity_id
    FROM sale s2 JOIN activity a ON a.activity_id = s2.activity_id
    WHERE a.withdrawn = 0
    GROUP BY s2.employee_id, s2.product_name, s2.bought_on, s2.amount_fen, s2.occurrence
  ) latest ON latest.activity_id = s.activity_id AND latest.employee_id = s.employee_id
    AND latest.product_name = s.product_name AND latest.bought_on = s.bought_on
    AND latest.amount_fen = s.amount_fen AND latest.occurrence = s.occurrence
  LEFT JOIN employee_alias x ON x.employee_id = s.employee_id;

DROP VIEW current_contact;
CREATE VIEW current_contact AS
  SELECT c.contact_id, c.activity_id, c.line, c.task_id, COALESCE(x.canonical_id, c.employee_id) AS employee_id, c.date,
    c.channel, c.result, c.wanted_product, c.deal_product, c.amount_fen, c.next_contact, c.note
  FROM contact c JOIN activity a ON a.activity_id = c.activity_id
  LEFT JOIN employee_alias x ON x.employee_id = c.employee_id
  WHERE a.withdrawn = 0 AND NOT EXISTS (
    SELECT 1 FROM contact n JOIN activity na ON na.activity_id = n.activity_id
    WHERE na.withdrawn = 0 AND n.contact_id > c.contact_id AND n.employee_id = c.employee_id
      AND n.task_id IS c.task_id AND n.date = c.date AND n.result = c.result
  );
