-- name: open_account
-- kind: step
-- meaning: The accounts that are open on the day
-- formula: opened by then, not closed by then, and not repaid
-- version: 1
-- per: customer
SELECT
  a.id AS account_id,
  a.customer_id,
  a.kind,
  a.product_id,
  a.currency,
  a.state,
  a.credit_limit
FROM account AS a
WHERE a.closed_on IS NULL AND a.state NOT IN ('closed', 'repaid')
