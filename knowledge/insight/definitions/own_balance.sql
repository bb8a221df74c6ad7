-- name: own_balance
-- kind: step
-- meaning: Every account's month balances in the bank's own currency, with the side they stand on
-- formula: month-end and average balance times the exchange rate, rounded to the cent; the last 24 full months and the running one; a month counts as full if its balance is that of its last day, and nothing is carried on beyond an account's last known balance
-- version: 1
-- per: customer
SELECT
  a.customer_id,
  a.id AS account_id,
  a.kind,
  a.product_id,
  CASE
    WHEN a.kind IN ('deposit', 'term_deposit') THEN 'deposit'
    WHEN a.kind IN ('loan', 'card') THEN 'loan'
    ELSE 'investment'
  END AS side,
  b.month,
  b.month <= p.month_end AND b.month = LAST_DAY(b.month) AS full_month,
  CAST(ROUND(b.average * e.rate, 2) AS DECIMAL(18, 2)) AS average,
  CAST(ROUND(b.end * e.rate, 2) AS DECIMAL(18, 2)) AS month_end
FROM balance AS b
JOIN account AS a ON a.id = b.account_id
JOIN exchange AS e ON e.currency = a.currency
CROSS JOIN period AS p
WHERE b.month > p.two_years_ago
