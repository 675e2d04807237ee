-- Flows, purchases and contacts follow the decision that two numbers are one person.

DROP VIEW current_flow;
CREATE VIEW current_flow AS
  SELECT COALESCE(p.canonical_id, f.employee_id) AS employee_id, f.date, f.outward, f.amount_fen, f.destination,
    f.reference, f.occurrence
  FROM flow f
  JOIN activity a ON a.activity_id = f.activity_id
  LEFT JOIN employee_alias p ON p.employee_id = f.employee_id
  WHERE a.withdrawn = 0
  GROUP BY COALESCE(p.canonical_id, f.employee_id), f.date, f.outward, f.amount_fen, f.destination, f.reference,
    f.occurrence;

DROP VIEW current_sale;
CREATE VIEW counting_sale AS
  SELECT COALESCE(p.canonical_id, s.employee_id) AS employee_id, s.activity_id, s.product_name, s.product, s.bought_on,
    s.amount_fen, s.price, s.expected_yield, s.take_profit, s.take_profit_is, s.stop_loss, s.stop_loss_is, s.due_date,
    s.occurrence
  FROM sale s
  JOIN activity a ON a.activity_id = s.activity_id
  LEFT JOIN employee_alias p ON p.employee_id = s.employee_id
  WHERE a.withdrawn = 0;

CREATE VIEW current_sale AS
  SELECT s.employee_id, s.product_name, s.product, s.bought_on, s.amount_fen, s.price, s.expected_yield,
    s.take_profit, s.take_profit_is, s.stop_loss, s.stop_loss_is, s.due_date, s.occurrence
  FROM counting_sale s
  JOIN (
    SELECT employee_id, product_name, bought_on, amount_fen, occurrence, max(activity_id) AS activity_id
    FROM counting_sale
    GROUP BY employee_id, product_name, bought_on, amount_fen, occurrence
  ) latest ON latest.activity_id = s.activity_id AND latest.employee_id = s.employee_id
    AND latest.product_name = s.product_name AND latest.bought_on = s.bought_on
    AND latest.amount_fen = s.amount_fen AND latest.occurrence = s.occurrence;

DROP VIEW current_contact;
CREATE VIEW counting_contact AS
  SELECT c.contact_id, c.task_id, COALESCE(p.canonical_id, c.employee_id) AS employee_id, c.date, c.channel, c.result,
    c.wanted_product, c.deal_product, c.amount_fen, c.next_contact, c.note
  FROM contact c
  JOIN activity a ON a.activity_id = c.activity_id
  LEFT JOIN employee_alias p ON p.employee_id = c.employee_id
  WHERE a.withdrawn = 0;

CREATE VIEW current_contact AS
  SELECT c.contact_id, c.task_id, c.employee_id, c.date, c.channel, c.result, c.wanted_product, c.deal_product,
    c.amount_fen, c.next_contact, c.note
  FROM counting_contact c
  LEFT JOIN (
    SELECT employee_id, task_id, date, result, max(contact_id) AS contact_id FROM counting_contact
    WHERE employee_id IS NOT NULL GROUP BY employee_id, task_id, date, result
  ) latest ON latest.contact_id = c.contact_id
  WHERE c.employee_id IS NULL OR latest.contact_id IS NOT NULL;
