-- name: leading_contributors
-- kind: ranking
-- unit: rank
-- meaning: The customers who contribute most in each unit and in the bank, each household and company group once
-- formula: by the related contribution where all related customers belong to the unit, and then only the one who leads them; else by the customer's own; the first fifty, ties by number
-- version: 1
SELECT r.customer_id, r.unit_id, r.place AS value
FROM (
  SELECT
    w.customer_id,
    w.unit_id,
    ROW_NUMBER() OVER (PARTITION BY w.unit_id ORDER BY w.worth DESC, w.customer_id) AS place
  FROM (
    SELECT t.customer_id, t.unit_id, CASE WHEN a.related IS NULL THEN p.value ELSE r.value END AS worth
    FROM told_of AS t
    JOIN profit_contribution AS p ON p.customer_id = t.customer_id
    JOIN related_contribution AS r ON r.customer_id = t.customer_id
    LEFT JOIN related_member AS m ON m.customer_id = t.customer_id
    LEFT JOIN related_in_unit AS a ON a.related = m.related AND a.unit_id = t.unit_id
    WHERE t.present AND (a.related IS NULL OR m.leads)
  ) AS w
) AS r
WHERE r.place <= 50
