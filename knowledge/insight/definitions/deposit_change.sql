-- name: deposit_change
-- kind: metric
-- unit: money
-- meaning: By how much the customer's deposit balance changed in the last full month
-- formula: sum over accounts of the last full month's end - the end of the month before it; accounts of which one of the two is not known are left out
-- version: 1
-- per: customer
SELECT customer_id, SUM(change) AS value
FROM month_change
WHERE side = 'deposit'
GROUP BY customer_id
