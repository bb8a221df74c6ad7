-- name: fee_income
-- kind: metric
-- unit: money
-- meaning: Fees the customer paid in the last twelve full months, booked ones and those of funds and wealth products
-- formula: minus the sum of bookings of fees and penalty interest, plus average investment balance x the product's yearly fee / 100 / 12 per month; each to the cent
-- version: 1
-- per: customer
SELECT customer_id, SUM(amount) AS value
FROM (
  SELECT
    a.customer_id,
    CAST(ROUND(-SUM(t.amount * e.rate), 2) AS DECIMAL(18, 2)) AS amount
  FROM booking AS t
  JOIN account AS a ON a.id = t.account_id
  JOIN exchange AS e ON e.currency = t.currency
  CROSS JOIN period AS p
  WHERE t.kind IN ('fee', 'penalty_interest') AND t.booked_on > p.year_ago_month AND t.booked_on <= p.month_end
  GROUP BY a.customer_id
  UNION ALL
  SELECT
    b.customer_id,
    CAST(FLOOR(CAST(SUM(b.average * r.fee) * 100 AS DOUBLE) / 1200 + 0.5) / 100 AS DECIMAL(18, 2)) AS amount
  FROM own_balance AS b
  JOIN product AS r ON r.id = b.product_id
  CROSS JOIN period AS p
  WHERE b.side = 'investment' AND r.fee IS NOT NULL AND b.full_month AND b.month > p.year_ago_month
  GROUP BY b.customer_id
) AS parts
GROUP BY customer_id
