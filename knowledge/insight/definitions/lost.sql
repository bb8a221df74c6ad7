-- name: lost
-- kind: step
-- meaning: Which customers the bank has lost, and on which day
-- formula: closed; or all deposits and investments below a tenth of their mean over the ten months before, at the ends of the last two full months, with at least six of the ten known; lost on the first of the two; what stood last on an open account that is no longer reported still stands
-- version: 1
-- per: customer
SELECT c.id AS customer_id, c.branch_id, c.manager_id, c.closed_on AS lost_on, 'closed' AS how
FROM customer AS c
WHERE c.closed_on IS NOT NULL
UNION ALL
SELECT c.id AS customer_id, c.branch_id, c.manager_id, p.month_end_before AS lost_on, 'silent' AS how
FROM customer AS c
JOIN (
  SELECT
    b.customer_id,
    MAX(CASE WHEN b.month >= q.month_end_before THEN b.total ELSE 0 END) AS lately,
    SUM(CASE WHEN b.month < q.month_end_before THEN b.total ELSE 0 END) AS earlier,
    SUM(CASE WHEN b.month < q.month_end_before THEN 1 ELSE 0 END) AS months
  FROM (
    SELECT customer_id, month, SUM(month_end) AS total
    FROM own_balance
    WHERE side IN ('deposit', 'investment') AND full_month
    GROUP BY customer_id, month
  ) AS b
  CROSS JOIN period AS q
  WHERE b.month > q.year_ago_month
  GROUP BY b.customer_id
) AS m ON m.customer_id = c.id
CROSS JOIN period AS p
LEFT JOIN (
  SELECT n.customer_id, SUM(n.amount) AS amount
  FROM newest_balance AS n
  CROSS JOIN period AS r
  WHERE n.side IN ('deposit', 'investment') AND n.month < r.month_end_before
  GROUP BY n.customer_id
) AS u ON u.customer_id = c.id
WHERE c.closed_on IS NULL AND m.months >= 6 AND m.earlier > 0
  AND (m.lately + COALESCE(u.amount, 0)) * m.months < m.earlier * 0.1
