"""What do commands answer, and complain of, in Chinese?"""

from __future__ import annotations

COMMON: dict[str, str] = {
    "error: {problem}": "错误：{problem}",
    "error: unexpected: {fault} (run with -v for the traceback)": "错误：意外故障：{fault}（加 -v 运行可看详情）",
}

ANSWERS: dict[str, str] = {**COMMON}
