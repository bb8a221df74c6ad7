-- name: open_account
-- kind: step
-- meaning: The accounts that are open on the day, with the months they are bound
-- formula: opened by then, not closed by then, and not repaid
-- version: 1
SELECT
  a.id AS account_id,
  a.customer_id,
  a.kind,
  a.product_id,
  a.currency,
  a.state,
  a.opened_on,
  a.matures_on,
  a.credit_limit,
  CASE WHEN a.kind = 'deposit' THEN 0 ELSE COALESCE(r.term_months, 0) END AS term_months
FROM account AS a
CROSS JOIN period AS p
LEFT JOIN product AS r ON r.id = a.product_id
WHERE a.opened_on <= p.today
  AND (a.closed_on > p.today OR (a.closed_on IS NULL AND a.state NOT IN ('closed', 'repaid')))
