"""Labels as tests draw them: a plain one, and one with everything long."""

from __future__ import annotations

from dataclasses import replace

from provisioning.labels.words import Words

PLAIN = Words(
    device="cp-7k3mq9xtwa",
    window="W07",
    name="综合受理窗口",
    english="General services",
    hall="市政务服务中心",
    phone="028-1234 5678",
    url="https://province.example.cn",
)
LONG = replace(
    PLAIN,
    name="不动产登记与二手房交易一窗受理综合服务窗口",
    english="Real estate registration and second-hand housing, one stop",
    hall="阿坝藏族羌族自治州若尔盖县政务服务中心二楼",
    organisation="若尔盖县行政审批和营商环境局",
    number="A-107",
    url="https://zwfw.abazhou.example.cn/hcp",
)
SHORT = Words(device="cp-7k3mq9xtwa", window="W07")
SCANNED = "https://province.example.cn/devices/cp-7k3mq9xtwa#7K3M-Q9XT-WAZ"
