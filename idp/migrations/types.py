"""Types that the engines name differently."""

import sqlalchemy as sa

# Seconds since the epoch need more than 32 bits from 2038 on.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
