-- name: deposit_change
-- kind: metric
-- unit: money
-- meaning: By how much the customer's deposit balance has changed since the end of the last full month but one
-- formula: sum of the last full month's ends - sum of the ends of the month before it
-- version: 1
SELECT
  b.customer_id,
  SUM(CASE WHEN b.month = p.month_end THEN b.month_end ELSE -b.month_end END) AS value
FROM own_balance AS b
CROSS JOIN period AS p
WHERE b.side = 'deposit' AND b.month IN (p.month_end, p.month_end_before)
GROUP BY b.customer_id
