-- name: contact_overdue
-- kind: metric
-- unit: days
-- meaning: By how many days the last real contact is older than the tier's standard allows
-- formula: days since the last contact (since they became a customer where there was none) - the tier's days, where it is more; none for customers without a tier, or with neither a contact nor a first day
-- version: 1
-- per: customer
SELECT d.customer_id, d.days - d.allowed AS value
FROM (
  SELECT
    c.id AS customer_id,
    DATEDIFF('day', COALESCE(l.last_on, c.customer_since), p.today) AS days,
    t.contact_days AS allowed
  FROM customer AS c
  JOIN tier AS t ON t.tier = c.tier
  CROSS JOIN period AS p
  LEFT JOIN last_contact AS l ON l.customer_id = c.id
  WHERE c.closed_on IS NULL
) AS d
WHERE d.days > d.allowed
