"""Destroying data keys that nothing uses any more."""

from __future__ import annotations

from collections import Counter

from models.database import Database
from models.rotation.documents import DocumentRepository
from models.rotation.job import StillUsed
from models.rotation.key import pattern_of
from models.rotation.service import Keys


async def retire(database: Database, keys: Keys) -> tuple[str, ...]:
    """Look for every data key but the current one in every byte of the database, and destroy those that are
    not found; which they were. What former master keys could open goes as well.

    Raises StillUsed: with what was found where, or while a process or a token may still need an old key. All
    go or none does.
    """
    old = await keys.outworn()
    uses = await uses_of(database, old) if old else Counter()
    if uses:
        found = "；".join(f"{collection} 里有 {count} 份" for collection, count in sorted(uses.items()))
        raise StillUsed(
            f"旧密钥 {'、'.join(old)} 还有使用：{found}。请先运行 rotate-keys 重新加密。", uses=dict(uses)
        )
    await keys.retire(old)
    return old


async def uses_of(database: Database, key_ids: tuple[str, ...]) -> Counter[str]:
    """How many documents of each collection hold a value under one of ``key_ids``, declared or not."""
    documents, pattern = DocumentRepository(database), pattern_of(key_ids)
    uses: Counter[str] = Counter()
    for collection in await documents.collections():
        async for found in documents.holding(collection, pattern):
            if found:
                uses[collection] += len(found)
    return uses
