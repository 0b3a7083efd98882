"""What is a country called in English and in Chinese?

ISO 3166 alpha-2 codes; the countries of rules/countries.yaml are all here (a test compares them). An underscore stands for a space.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

_EN = """
DE=Germany AT=Austria CH=Switzerland FR=France BE=Belgium NL=Netherlands LU=Luxembourg IT=Italy ES=Spain PT=Portugal GB=United_Kingdom IE=Ireland
DK=Denmark SE=Sweden NO=Norway FI=Finland IS=Iceland PL=Poland CZ=Czechia SK=Slovakia HU=Hungary RO=Romania BG=Bulgaria GR=Greece CY=Cyprus MT=Malta
HR=Croatia SI=Slovenia RS=Serbia BA=Bosnia_and_Herzegovina MK=North_Macedonia ME=Montenegro AL=Albania EE=Estonia LV=Latvia LT=Lithuania UA=Ukraine
BY=Belarus MD=Moldova RU=Russia GE=Georgia AM=Armenia AZ=Azerbaijan KZ=Kazakhstan UZ=Uzbekistan KG=Kyrgyzstan TJ=Tajikistan TM=Turkmenistan TR=Türkiye
IL=Israel SA=Saudi_Arabia AE=United_Arab_Emirates QA=Qatar KW=Kuwait BH=Bahrain OM=Oman YE=Yemen IQ=Iraq IR=Iran JO=Jordan LB=Lebanon SY=Syria
PS=Palestine EG=Egypt LY=Libya TN=Tunisia DZ=Algeria MA=Morocco MR=Mauritania SD=Sudan DJ=Djibouti SO=Somalia ET=Ethiopia KE=Kenya TZ=Tanzania
UG=Uganda RW=Rwanda NG=Nigeria GH=Ghana CI=Côte_d’Ivoire SN=Senegal ML=Mali BF=Burkina_Faso BJ=Benin TG=Togo CM=Cameroon GA=Gabon CD=DR_Congo CG=Congo
AO=Angola ZM=Zambia ZW=Zimbabwe MZ=Mozambique MG=Madagascar MU=Mauritius BW=Botswana NA=Namibia ZA=South_Africa US=United_States CA=Canada MX=Mexico
GT=Guatemala HN=Honduras SV=El_Salvador NI=Nicaragua CR=Costa_Rica PA=Panama CU=Cuba DO=Dominican_Republic HT=Haiti JM=Jamaica PR=Puerto_Rico
TT=Trinidad_and_Tobago BS=Bahamas BB=Barbados BZ=Belize CO=Colombia VE=Venezuela EC=Ecuador PE=Peru BO=Bolivia CL=Chile AR=Argentina UY=Uruguay
PY=Paraguay BR=Brazil GY=Guyana SR=Suriname CN=China HK=Hong_Kong MO=Macao TW=Taiwan JP=Japan KR=South_Korea KP=North_Korea MN=Mongolia VN=Vietnam
TH=Thailand LA=Laos KH=Cambodia MM=Myanmar MY=Malaysia SG=Singapore ID=Indonesia PH=Philippines BN=Brunei TL=Timor-Leste IN=India PK=Pakistan
BD=Bangladesh LK=Sri_Lanka NP=Nepal BT=Bhutan MV=Maldives AF=Afghanistan AU=Australia NZ=New_Zealand FJ=Fiji PG=Papua_New_Guinea
"""
_ZH = """
DE=德国 AT=奥地利 CH=瑞士 FR=法国 BE=比利时 NL=荷兰 LU=卢森堡 IT=意大利 ES=西班牙 PT=葡萄牙 GB=英国 IE=爱尔兰 DK=丹麦
SE=瑞典 NO=挪威 FI=芬兰 IS=冰岛 PL=波兰 CZ=捷克 SK=斯洛伐克 HU=匈牙利 RO=罗马尼亚 BG=保加利亚 GR=希腊 CY=塞浦路斯
MT=马耳他 HR=克罗地亚 SI=斯洛文尼亚 RS=塞尔维亚 BA=波黑 MK=北马其顿 ME=黑山 AL=阿尔巴尼亚 EE=爱沙尼亚 LV=拉脱维亚 LT=立陶宛
UA=乌克兰 BY=白俄罗斯 MD=摩尔多瓦 RU=俄罗斯 GE=格鲁吉亚 AM=亚美尼亚 AZ=阿塞拜疆 KZ=哈萨克斯坦 UZ=乌兹别克斯坦 KG=吉尔吉斯斯坦
TJ=塔吉克斯坦 TM=土库曼斯坦 TR=土耳其 IL=以色列 SA=沙特阿拉伯 AE=阿联酋 QA=卡塔尔 KW=科威特 BH=巴林 OM=阿曼 YE=也门
IQ=伊拉克 IR=伊朗 JO=约旦 LB=黎巴嫩 SY=叙利亚 PS=巴勒斯坦 EG=埃及 LY=利比亚 TN=突尼斯 DZ=阿尔及利亚 MA=摩洛哥
MR=毛里塔尼亚 SD=苏丹 DJ=吉布提 SO=索马里 ET=埃塞俄比亚 KE=肯尼亚 TZ=坦桑尼亚 UG=乌干达 RW=卢旺达 NG=尼日利亚 GH=加纳
CI=科特迪瓦 SN=塞内加尔 ML=马里 BF=布基纳法索 BJ=贝宁 TG=多哥 CM=喀麦隆 GA=加蓬 CD=刚果（金） CG=刚果（布） AO=安哥拉
ZM=赞比亚 ZW=津巴布韦 MZ=莫桑比克 MG=马达加斯加 MU=毛里求斯 BW=博茨瓦纳 NA=纳米比亚 ZA=南非 US=美国 CA=加拿大 MX=墨西哥
GT=危地马拉 HN=洪都拉斯 SV=萨尔瓦多 NI=尼加拉瓜 CR=哥斯达黎加 PA=巴拿马 CU=古巴 DO=多米尼加 HT=海地 JM=牙买加 PR=波多黎各
TT=特立尼达和多巴哥 BS=巴哈马 BB=巴巴多斯 BZ=伯利兹 CO=哥伦比亚 VE=委内瑞拉 EC=厄瓜多尔 PE=秘鲁 BO=玻利维亚 CL=智利 AR=阿根廷
UY=乌拉圭 PY=巴拉圭 BR=巴西 GY=圭亚那 SR=苏里南 CN=中国 HK=香港 MO=澳门 TW=台湾 JP=日本 KR=韩国 KP=朝鲜
MN=蒙古 VN=越南 TH=泰国 LA=老挝 KH=柬埔寨 MM=缅甸 MY=马来西亚 SG=新加坡 ID=印度尼西亚 PH=菲律宾 BN=文莱 TL=东帝汶
IN=印度 PK=巴基斯坦 BD=孟加拉国 LK=斯里兰卡 NP=尼泊尔 BT=不丹 MV=马尔代夫 AF=阿富汗 AU=澳大利亚 NZ=新西兰 FJ=斐济
PG=巴布亚新几内亚
"""


@cache
def _names(language: str) -> Mapping[str, str]:
    pairs = (pair.partition("=") for pair in (_ZH if language == "zh" else _EN).split())
    return {code: name.replace("_", " ") for code, _, name in pairs}


def country(code: str, language: str) -> str:
    """The name; the code itself where it is not known."""
    return _names(language).get(code, code)
