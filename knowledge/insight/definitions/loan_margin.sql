-- name: loan_margin
-- kind: metric
-- unit: money
-- meaning: What the bank earned on the customer's loans and cards in the last twelve full months
-- formula: sum over accounts and months of average balance x (rate - transfer price of its term) / 100 / 12, to the cent; the rate is the account's own, else the product's; without one the loan earns nothing
-- version: 1
-- per: customer
SELECT
  b.customer_id,
  CAST(FLOOR(CAST(SUM(b.average * (COALESCE(a.rate, r.rate, t.rate) - t.rate)) * 100 AS DOUBLE) / 1200 + 0.5) / 100 AS DECIMAL(18, 2))
    AS value
FROM own_balance AS b
JOIN account AS a ON a.id = b.account_id
LEFT JOIN product AS r ON r.id = a.product_id
JOIN transfer_price AS t
  ON t.currency = a.currency
  AND COALESCE(r.term_months, 0) >= t.from_months
  AND COALESCE(r.term_months, 0) < t.below_months
CROSS JOIN period AS p
WHERE b.side = 'loan' AND b.full_month AND b.month > p.year_ago_month
GROUP BY b.customer_id
