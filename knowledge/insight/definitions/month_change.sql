-- name: month_change
-- kind: step
-- meaning: By how much each account's balance changed in the last full month
-- formula: end of the last full month - end of the month before it; before it was opened and after it was closed an account holds nothing; an account of which an end is not known is left out
-- version: 1
-- per: customer
SELECT k.customer_id, k.side, k.account_id, k.now_end - k.before_end AS change
FROM (
  SELECT
    b.customer_id,
    b.side,
    b.account_id,
    SUM(CASE WHEN b.month = p.month_end THEN b.month_end ELSE 0 END) AS now_end,
    SUM(CASE WHEN b.month = p.month_end_before THEN b.month_end ELSE 0 END) AS before_end,
    MAX(CASE WHEN b.month = p.month_end THEN 1 ELSE 0 END) AS now_known,
    MAX(CASE WHEN b.month = p.month_end_before THEN 1 ELSE 0 END) AS before_known
  FROM own_balance AS b
  CROSS JOIN period AS p
  WHERE b.month IN (p.month_end, p.month_end_before)
  GROUP BY b.customer_id, b.side, b.account_id
) AS k
JOIN account AS a ON a.id = k.account_id
CROSS JOIN period AS p
WHERE (k.now_known = 1 AND (k.before_known = 1 OR a.opened_on > p.month_end_before))
  OR (k.now_known = 0 AND (a.closed_on <= p.month_end OR (a.closed_on IS NULL AND a.state IN ('closed', 'repaid'))))
