-- Of a purchase told twice the later sheet counts: found in one go through the purchases. Joined with the latest of each,
-- all of them were gone through for every one.
DROP VIEW current_sale;
CREATE VIEW current_sale AS
  SELECT employee_id, product_name, product, bought_on, amount_fen, price, expected_yield, take_profit, take_profit_is,
    stop_loss, stop_loss_is, due_date, occurrence
  FROM (
    SELECT *, max(activity_id) OVER (PARTITION BY employee_id, product_name, bought_on, amount_fen, occurrence) AS latest
    FROM counting_sale
  )
  WHERE activity_id = latest;
