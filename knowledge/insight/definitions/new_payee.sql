-- name: new_payee
-- kind: event
-- meaning: A person's large transfer in the last 90 days to someone who had never been paid before
-- formula: the first transfer to that name from any of the customer's accounts, of at least the set amount; not to themselves, and not on a day on which they opened another account
-- version: 1
-- per: customer
SELECT f.customer_id, f.first_on AS day, f.amount, f.source, f.counterparty AS detail
FROM (
  SELECT
    a.customer_id,
    t.counterparty,
    t.booked_on AS first_on,
    CAST(ROUND(-t.amount * e.rate, 2) AS DECIMAL(18, 2)) AS amount,
    t.id AS source,
    ROW_NUMBER() OVER (PARTITION BY a.customer_id, t.counterparty ORDER BY t.booked_on, t.id) AS nth
  FROM booking AS t
  JOIN account AS a ON a.id = t.account_id
  JOIN exchange AS e ON e.currency = t.currency
  WHERE t.kind = 'transfer_out' AND t.counterparty IS NOT NULL
) AS f
JOIN customer AS c ON c.id = f.customer_id
CROSS JOIN new_payee_rule AS n
CROSS JOIN period AS p
LEFT JOIN (SELECT DISTINCT customer_id, opened_on FROM account) AS o
  ON o.customer_id = f.customer_id AND o.opened_on = f.first_on
WHERE f.nth = 1
  AND o.customer_id IS NULL
  AND f.counterparty NOT IN (c.name, COALESCE(c.name_latin, c.name))
  AND f.first_on > p.days_90_ago
  AND c.kind = 'person'
  AND f.amount >= n.amount
