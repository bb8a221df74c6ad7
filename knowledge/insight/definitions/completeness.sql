-- name: completeness
-- kind: metric
-- unit: percent
-- meaning: How much of what the measures and segments need is known of the customer
-- formula: known among sex, birth date, phone, income, occupation, education, city and tolerance (persons), or phone, industry, group, economic nature, rating and key contact (others), x 100, to four places
-- version: 1
-- per: customer
SELECT
  c.id AS customer_id,
  CAST(FLOOR(CASE WHEN c.kind = 'person' THEN
    (CASE WHEN c.sex IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c.birth_date IS NOT NULL THEN 1 ELSE 0 END
    + CASE WHEN c.phone IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c.income IS NOT NULL THEN 1 ELSE 0 END
    + CASE WHEN c.occupation IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c.education IS NOT NULL THEN 1 ELSE 0 END
    + CASE WHEN c.city IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c.tolerance IS NOT NULL THEN 1 ELSE 0 END) * 125000.0
  ELSE
    CAST(CASE WHEN c.phone IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c.industry IS NOT NULL THEN 1 ELSE 0 END
    + CASE WHEN c.owning_group IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c.economic_nature IS NOT NULL THEN 1 ELSE 0 END
    + CASE WHEN c.credit_rating IS NOT NULL THEN 1 ELSE 0 END + CASE WHEN c.key_contact IS NOT NULL THEN 1 ELSE 0 END AS DOUBLE)
    * 1000000 / 6
  END + 0.5) / 10000 AS DECIMAL(18, 4)) AS value,
  CASE WHEN c.kind = 'person' THEN
    CASE WHEN c.sex IS NULL THEN 'sex ' ELSE '' END || CASE WHEN c.birth_date IS NULL THEN 'birth_date ' ELSE '' END
    || CASE WHEN c.phone IS NULL THEN 'phone ' ELSE '' END || CASE WHEN c.income IS NULL THEN 'income ' ELSE '' END
    || CASE WHEN c.occupation IS NULL THEN 'occupation ' ELSE '' END || CASE WHEN c.education IS NULL THEN 'education ' ELSE '' END
    || CASE WHEN c.city IS NULL THEN 'city ' ELSE '' END || CASE WHEN c.tolerance IS NULL THEN 'tolerance ' ELSE '' END
  ELSE
    CASE WHEN c.phone IS NULL THEN 'phone ' ELSE '' END || CASE WHEN c.industry IS NULL THEN 'industry ' ELSE '' END
    || CASE WHEN c.owning_group IS NULL THEN 'owning_group ' ELSE '' END
    || CASE WHEN c.economic_nature IS NULL THEN 'economic_nature ' ELSE '' END
    || CASE WHEN c.credit_rating IS NULL THEN 'credit_rating ' ELSE '' END
    || CASE WHEN c.key_contact IS NULL THEN 'key_contact ' ELSE '' END
  END AS reasons
FROM customer AS c
WHERE c.closed_on IS NULL
