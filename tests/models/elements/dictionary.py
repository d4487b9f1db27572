"""The dictionary of household and person fields, as handed over: for each module its elements with key, name and level.

Facts only, to hold the data against; ``PLAINER`` are the names that we say in plainer words.
"""

from __future__ import annotations

PLAINER = {
    "house.division_code": "行政区划",
    "house.town_code": "乡镇街道",
    "house.village_code": "村（居）",
    "house.std_address": "标准地址",
    "house.remark": "户备注",
    "house.property_cert_no": "不动产权证号",
    "house.biz_name": "经营主体名称",
    "house.biz_industry": "经营行业",
    "house.biz_phone": "经营联系电话",
    "person.registered_address": "户籍地址",
    "person.residence_address": "现住地址",
    "person.edu_aid_kinds": "教育资助类型",
    "person.temp_aid_times": "今年临时救助次数",
    "person.disability_cert_until": "残疾人证有效期",
    "person.skill_level": "职称或技能等级",
}

DICTIONARY = {
    "house_basic": """
        household_code 户编码 1
        plate_code 门牌公共码 0
        plate_status 门牌状态 0
        plate_size 门牌规格 0
        division_code 行政区划代码 0
        town_code 乡镇街道代码 0
        village_code 村居代码 0
        urban_rural_code 城乡分类 0
        group_no 村民小组 0
        hamlet_name 自然村（寨）名 0
        grid_id 所属网格 0
        std_address 标准地址全称 1
        street_name 街路巷 0
        door_no 门牌号 0
        estate_name 小区名 0
        building_name 建筑物名 0
        building_no 楼牌号 0
        unit_no 单元 0
        floor_no 楼层 0
        room_no 户室 0
        lng 经度 1
        lat 纬度 1
        head_name 户主姓名 1
        head_id_no 户主证件号 2
        head_phone 户主电话 1
        hukou_no 户口簿户号 1
        household_kind 户类别 0
        registered_count 户籍人数 1
        resident_count 常住人数 1
        vacant_flag 是否有户无人 1
        dwelling_kind 住所类型 0
        building_use 建筑用途 0
        house_photos 房屋照片 1
        archived_on 建档日期 0
        last_visit_on 最近走访日期 0
        remark 备注 1
    """,
    "house_resource": """
        owner_name 房屋权属人 1
        owner_id_no 权属人证件号 2
        ownership_kind 产权类型 1
        property_cert_no 不动产权证/房产证号 1
        floor_area 建筑面积 1
        site_area 占地面积 1
        storeys 层数 0
        room_count 间数 0
        structure 房屋结构 0
        main_or_annex 主房/附属房 0
        built_year 建成年份 0
        homestead_area 宅基地面积 1
        homestead_bounds 宅基地四至 1
        homestead_cert_no 宅基地权证号 1
        farmland_mu 承包耕地面积 1
        paddy_mu 其中水田 1
        dryland_mu 其中旱地 1
        land_cert_no 土地承包经营权证号 1
        forest_mu 林地面积 1
        forest_cert_no 林权证号 1
        grain_to_green_mu 退耕还林面积 1
        transferred_mu 流转面积 1
        livestock 牲畜存栏 1
        machinery 农业机械 1
        vehicles 车辆 1
        water_source 饮水方式 0
        water_account 供水户号 1
        power_account 用电户号 1
        toilet_kind 厕所类型 0
        broadband 网络/宽带 0
    """,
    "house_business": """
        has_business 是否有经营主体 0
        biz_name 主体名称 0
        biz_kind 主体类型 0
        uscc 统一社会信用代码 0
        biz_owner_name 经营者/法定代表人 1
        biz_owner_id_no 经营者证件号 2
        biz_founded_on 成立日期 0
        biz_scope 经营范围 0
        biz_industry 行业 0
        biz_address 经营地址 0
        biz_phone 联系电话 1
        biz_staff 从业人数 0
        biz_scale 经营规模 0
        biz_capital 注册资金 0
        biz_revenue 年营业收入 1
        biz_linked_households 带动农户数 0
        biz_license_no 许可/备案证号 0
        biz_license_until 许可有效期止 0
        biz_supported 是否享受扶持 0
        biz_support_note 扶持项目说明 0
    """,
    "house_income": """
        income_year 统计年度 1
        wage_income 工资性收入 2
        migrant_income 务工收入 2
        crop_income 种植收入 2
        livestock_income 养殖收入 2
        forestry_income 林果收入 2
        selfbiz_income 个体经营收入 2
        property_income 财产性收入 2
        transfer_income 转移性收入 2
        dibao_income 低保金 2
        pension_income 养老金 2
        fp_reward_income 计生奖扶 2
        eco_income 生态补偿 2
        farm_subsidy_income 耕地地力补贴 2
        other_transfer_income 其他转移性 2
        production_cost 生产经营支出 2
        medical_cost 刚性支出-医疗 2
        education_cost 刚性支出-教育 2
        net_income 家庭纯收入 2
        net_income_per_head 人均纯收入 2
        main_income_source 主要收入来源 1
        income_verified_by 收入核实方式 1
    """,
    "house_safety": """
        safety_grade 房屋安全鉴定等级 1
        safety_graded_on 鉴定日期 0
        use_changed 是否改变用途 0
        illegal_storey 是否违规加层 1
        structure_altered 是否拆改主体结构 1
        crack 主体裂缝 0
        settlement 地基沉降 0
        tilt 主体倾斜 0
        roof_wall_hazard 屋顶/外墙/女儿墙隐患 0
        geo_hazard 地质灾害点 0
        geo_hazard_action 地灾治理/避让情况 0
        shelter 防洪避险安置点 0
        electric_hazard 用电隐患 0
        gas_kind 燃气使用 0
        fire_passage 消防通道畅通 0
        fire_equipment 灭火器/烟感 0
        heating_kind 取暖方式 0
        hazard_kinds 安全隐患类型 1
        rented_out 是否出租 0
        rent_use 出租用途 0
        tenants 承租人 2
        rectify_status 整改状态 0
    """,
    "house_poverty": """
        poverty_kind 户类型 2
        poverty_out_year 脱贫年度 1
        monitor_kind 监测对象类型 2
        identified_on 首次识别时间 1
        poverty_causes 致贫（返贫风险）原因 2
        risk_cleared 风险是否消除 1
        risk_cleared_on 风险消除时间 1
        safe_water 是否解决安全饮水 0
        safe_housing 是否住房安全 0
        edu_secured 是否义务教育有保障 1
        medical_secured 是否基本医疗有保障 1
        relocation 易地搬迁 1
        helper_org 帮扶单位 0
        helper_contact 帮扶责任人及电话 1
        help_measures 帮扶措施 1
    """,
    "person_basic": """
        name 姓名 1
        id_no 公民身份号码 2
        id_kind 证件类型 1
        used_name 曾用名 1
        sex 性别 1
        birth_date 出生日期 1
        nation 民族 1
        native_place 籍贯 1
        birth_place 出生地 1
        marital 婚姻状况 1
        political 政治面貌 1
        education 文化程度 1
        faith 宗教信仰 3
        vocation_code 职业类别 1
        vocation 职业 1
        service_place 服务处所 1
        phone 联系电话 1
        phone2 备用联系电话 1
        registered_division 户籍地区划 1
        registered_address 户籍门（楼）详址 1
        residence_division 现住地区划 1
        residence_address 现住门（楼）详址 1
        household_code 所属户编码 1
        relation_to_head 与户主关系 1
        hukou_match 人户一致标识 1
        hukou_kind 户口性质 1
        hukou_class 户口类型 1
        id_valid_until 身份证有效期止 1
        photo 照片 2
        height_cm 身高 1
        blood_type 血型 2
        ss_card_no 社会保障卡号 2
        subsidy_account 惠农一卡通账号 2
        consent_id 授权同意记录 1
    """,
    "person_education": """
        in_school 是否在校 1
        school_stage 在校生状况 1
        school_name 就读学校 1
        grade_class 年级班级 1
        student_no 学籍号 2
        boarding 是否寄宿 1
        dropout 是否辍学 1
        dropout_reason 辍学原因 1
        edu_aid 是否享受教育资助 1
        edu_aid_kinds 资助类型 1
        graduated_from 毕业院校 1
        major 专业 1
        graduated_on 毕业日期 1
        skills_hobby 特长爱好 1
    """,
    "person_family_planning": """
        first_married_on 初婚日期 2
        marital_changed_on 婚姻变动日期 2
        marriage_cert_no 结婚证号 2
        spouse_name 配偶姓名 1
        spouse_id_no 配偶证件号 2
        spouse_division 配偶户籍地 1
        child_count 现有子女数 1
        boy_count 男孩数 1
        girl_count 女孩数 1
        youngest_born_on 最小子女出生日期 1
        pregnancy 孕产状态 3
        pregnant_from 怀孕日期/末次月经 3
        due_on 预产期 3
        birth_reg_no 生育登记号 2
        birth_reg_on 生育登记日期 2
        contraception 避孕节育措施 3
        contraception_on 措施落实日期 3
        only_child_cert_no 独生子女证号 1
        fp_reward_kind 计生奖扶对象 2
        birth_cert_no 出生医学证明号 2
    """,
    "person_movement": """
        resident_kind 人员类别 1
        at_home 是否在家 1
        left_on 外出日期 1
        away_division 外出地区划 1
        away_address 外出地详址 1
        away_reason 外出原因 1
        expected_back_on 预计返回日期 1
        inflow_on 流入日期 1
        inflow_reason 流入原因 1
        origin_division 流出地 1
        permit_kind 办证类型 1
        permit_no 居住证号 2
        permit_until 居住证到期日 1
        left_behind_kind 是否留守人员 2
        died_on 死亡日期 2
        moved_out 迁出日期与去向 1
    """,
    "person_assistance": """
        dibao 最低生活保障 2
        dibao_no 低保证号 2
        dibao_class 低保类别 2
        dibao_amount 月保障金额 2
        dibao_from 低保起始月 2
        tekun 特困供养 2
        dibao_edge 低保边缘 2
        rigid_cost_poor 刚性支出困难 2
        temp_aid_times 临时救助次数（年内） 2
        temp_aid_amount 最近临时救助金额 2
        medical_aid 医疗救助 2
        serious_illness_ins 大病保险 1
        orphan_kind 孤儿/事实无人抚养儿童 2
        elder_allowance 高龄津贴 1
        disabled_living_sub 困难残疾人生活补贴 2
        disabled_care_sub 重度残疾人护理补贴 2
        elder_care_kind 养老服务补贴/失能老人 2
        benefit_auth_on 待遇资格认证日期 1
    """,
    "person_health": """
        health 健康状况 3
        chronic 慢性病 3
        serious_illness 重大疾病名称 3
        disability_cert_no 残疾人证号 3
        disability_kind 残疾类别 3
        disability_grade 残疾等级 3
        disability_cert_until 残疾证有效期 2
        self_care 生活自理能力 3
        guardian_name 监护人姓名 1
        guardian_phone 监护人电话 1
        medical_ins_kind 医保参保类型 1
        medical_ins_year 医保缴费年度 1
        medical_ins_paid 医保缴费金额/资助 1
        family_doctor 家庭医生签约 1
        doctor_phone 签约医生电话 0
        health_record_no 健康档案号 2
    """,
    "person_military": """
        military_status 兵役状况 1
        military_reg_on 兵役登记日期 1
        enlist_intent 应征意向 1
        enlisted_on 入伍日期 2
        unit_code 服役单位（代号） 3
        discharged_on 退役日期 1
        discharge_cert_no 退役证件号 2
        resettle_kind 退役安置方式 1
        veteran_benefit 优抚对象 1
        veteran_benefit_kind 优抚类别 2
        veteran_card_no 优待证号 2
        honor_plate 光荣牌悬挂 0
    """,
    "person_org": """
        party_org 党组织名称 1
        party_joined_on 入党日期 1
        party_confirmed_on 转正日期 1
        party_member_kind 党员类型 1
        league_joined_on 团组织/入团日期 1
        village_post 村（居）干部职务 0
        deputy_kind 人大代表/政协委员 0
        volunteer_no 志愿者编号 1
        safety_org 群防群治组织 1
        other_orgs 合作社/社会组织成员 1
    """,
    "person_relation": """
        father 父亲 2
        mother 母亲 2
        spouse 配偶 2
        children 子女 2
        supporters 赡（抚）养义务人 2
        emergency_contact 紧急联系人 1
        emergency_phone 紧急联系电话 1
        emergency_relation 与紧急联系人关系 1
        relation_note 主要社会关系备注 2
    """,
    "person_special": """
        special_kinds 特殊人群类型 3
        care_kinds 服务类标签 2
        attention 关注程度 3
        managed_from 纳管日期 3
        managed_until 解除日期 3
        release_reason 解除原因 3
        responsible_org 责任单位 2
        responsible_person 责任民警/专干 2
        mentor_name 帮扶人姓名 2
        mentor_phone 帮扶人电话 2
        mentor_means 帮扶方式 3
        mentor_note 帮扶情况 3
        planned_visit_on 原定走访日期 2
        next_visit_on 下次走访日期 2
        visit_every_days 走访频次 2
        needs 困难及诉求 2
    """,
    "person_employment": """
        employment 从业状况 1
        employ_cert_no 就业失业登记证号 2
        employer 就业单位 1
        employ_place 就业地点 1
        industry 行业 1
        work_months 务工时间 1
        labor_skill 劳动技能 1
        skill_level 职称/技能等级 1
        job_intent 求职意向 1
        training 培训意向/经历 1
        pension_kind 养老保险参保类型 1
        job_support 公益性岗位/创业扶持 1
    """,
}
