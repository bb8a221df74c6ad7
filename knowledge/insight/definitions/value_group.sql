-- name: value_group
-- kind: metric
-- unit: rank
-- meaning: Most valuable, most growing, potential, general, or below marginal cost, with the reasons for the last
-- formula: below cost where the contribution is negative; most valuable until the greatest contributions make up 80 % of all, the one that reaches it included; most growing where deposits grew by a fifth or more; potential where the income is in the highest fifth of its kind; else general
-- version: 1
SELECT
  p.customer_id,
  CASE
    WHEN p.value < 0 THEN 1
    WHEN s.within_80 THEN 5
    WHEN t.value >= 20 THEN 4
    WHEN i.fifth = 1 THEN 3
    ELSE 2
  END AS value,
  CASE
    WHEN p.value < 0 THEN 'below_marginal_cost'
    WHEN s.within_80 THEN 'most_valuable'
    WHEN t.value >= 20 THEN 'most_growing'
    WHEN i.fifth = 1 THEN 'potential'
    ELSE 'general'
  END AS label,
  COALESCE(b.reasons, '') AS reasons
FROM profit_contribution AS p
LEFT JOIN income_share AS s ON s.customer_id = p.customer_id
LEFT JOIN deposit_trend AS t ON t.customer_id = p.customer_id
LEFT JOIN below_cost AS b ON b.customer_id = p.customer_id
LEFT JOIN (
  SELECT v.id, NTILE(5) OVER (PARTITION BY v.kind ORDER BY v.income * e.rate DESC, v.id) AS fifth
  FROM customer AS v
  JOIN exchange AS e ON e.currency = v.currency
  WHERE v.income IS NOT NULL AND v.closed_on IS NULL
) AS i ON i.id = p.customer_id
