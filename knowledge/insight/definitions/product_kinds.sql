-- name: product_kinds
-- kind: metric
-- unit: count
-- meaning: How many kinds of products the customer holds
-- formula: number of different kinds among the open accounts
-- version: 1
-- per: customer
SELECT customer_id, COUNT(DISTINCT kind) AS value
FROM open_account
GROUP BY customer_id
