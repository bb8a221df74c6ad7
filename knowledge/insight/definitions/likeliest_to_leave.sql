-- name: likeliest_to_leave
-- kind: ranking
-- unit: rank
-- meaning: The customers who are likeliest to leave in each unit and in the bank
-- formula: by churn risk above 0, those who contribute more first among equals; the first fifty, ties by number
-- version: 1
SELECT r.customer_id, r.unit_id, r.place AS value
FROM (
  SELECT
    t.customer_id,
    t.unit_id,
    ROW_NUMBER() OVER (PARTITION BY t.unit_id ORDER BY c.value DESC, p.value DESC, t.customer_id) AS place
  FROM told_of AS t
  JOIN churn_risk AS c ON c.customer_id = t.customer_id
  JOIN profit_contribution AS p ON p.customer_id = t.customer_id
  WHERE t.present AND c.value > 0
) AS r
WHERE r.place <= 50
