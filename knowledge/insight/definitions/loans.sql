-- name: loans
-- kind: metric
-- unit: money
-- meaning: What stands on the customer's open loan accounts now
-- formula: sum of the newest known balances of the open accounts, the running month's where there is one
-- version: 1
-- per: customer
SELECT customer_id, SUM(amount) AS value
FROM newest_balance
WHERE side = 'loan'
GROUP BY customer_id
