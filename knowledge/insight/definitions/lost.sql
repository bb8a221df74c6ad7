-- name: lost
-- kind: step
-- meaning: Which customers the bank has lost, and on which day
-- formula: closed, or all deposits and investments below a tenth of their average of a year before for two full months, on the first of these
-- version: 1
SELECT c.id AS customer_id, c.branch_id, c.manager_id, c.closed_on AS lost_on, 'closed' AS how
FROM customer AS c
CROSS JOIN period AS p
WHERE c.closed_on <= p.today
UNION ALL
SELECT c.id AS customer_id, c.branch_id, c.manager_id, p.month_end_before AS lost_on, 'silent' AS how
FROM customer AS c
JOIN (
  SELECT
    b.customer_id,
    MAX(CASE WHEN b.month > p.quarter_ago_month AND b.month >= p.month_end_before THEN b.total ELSE 0 END) AS lately,
    SUM(CASE WHEN b.month <= p.month_end_before AND b.month > p.year_ago_month THEN b.total ELSE 0 END) AS earlier,
    SUM(CASE WHEN b.month < p.month_end_before AND b.month > p.year_ago_month THEN 1 ELSE 0 END) AS months
  FROM (
    SELECT customer_id, month, SUM(month_end) AS total
    FROM own_balance
    WHERE side IN ('deposit', 'investment') AND full_month
    GROUP BY customer_id, month
  ) AS b
  CROSS JOIN period AS p
  GROUP BY b.customer_id
) AS m ON m.customer_id = c.id
CROSS JOIN period AS p
WHERE c.closed_on IS NULL AND m.months >= 6 AND m.earlier > 0 AND m.lately * m.months < m.earlier * 0.1
