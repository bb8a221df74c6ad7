-- name: related_group
-- kind: step
-- meaning: Which customers belong together: companies of one owning group, persons of one household
-- formula: companies by owning group; persons by the same address in the same city, where two to eight live
-- version: 1
SELECT c.id AS customer_id, 'group:' || c.owning_group AS related
FROM customer AS c
WHERE c.closed_on IS NULL AND c.kind <> 'person' AND c.owning_group IS NOT NULL
UNION ALL
SELECT c.id AS customer_id, 'home:' || c.city || ':' || c.address AS related
FROM customer AS c
JOIN (
  SELECT city, address
  FROM customer
  WHERE kind = 'person' AND closed_on IS NULL AND city IS NOT NULL AND address IS NOT NULL
  GROUP BY city, address
  HAVING COUNT(*) BETWEEN 2 AND 8
) AS h ON h.city = c.city AND h.address = c.address
WHERE c.kind = 'person' AND c.closed_on IS NULL
